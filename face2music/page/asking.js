// What is asked of the server while a song is made comes next, and of that only the last.

// event: its name -> a function that asks for the data it is given, and is `busy` until that is answered. Gradio itself would forget
// what is asked for meanwhile where the song is refused; and of what it keeps it remembers the first data: one object is handed over
// each time, so that it holds the newest.
function asker(event) {
  const asked = {};
  let more = false;
  function send() {
    [ask.busy, more] = [true, false];
    trigger(event, asked);
  }
  function ask(newest) {
    Object.assign(asked, newest);
    if (ask.busy) more = true;
    else send();
  }
  ask.busy = false;
  document.addEventListener("answered", ({detail}) => {
    if (!element.closest(detail)) return;
    ask.busy = false;
    if (more) send();
  });
  return ask;
}

// ask: from `asker`; act: what asks, of data -> the same, but who asks again for the same while its song is made asks for nothing new.
function onceAtATime(ask, act = ask) {
  let last = "";
  return data => {
    const same = JSON.stringify(data);
    if (same === last && ask.busy) return;
    last = same;
    act(data);
  };
}
