// What is asked of the server while a song is made comes next, and of that only the last.
const ASKED_MS = 1000; // until then a song that is made may not show yet

// event: its name -> a function that asks for the data it is given. Gradio keeps that another song was asked for, but of what was asked
// it remembers the first: one object is handed over each time, so that it holds the newest.
function asker(event) {
  const asked = {};
  return newest => trigger(event, Object.assign(asked, newest));
}

// ask: a function of data -> the same, but who asks again for the same while its song is made asks for nothing new.
function onceAtATime(ask) {
  let last = "", time = 0;
  return data => {
    const same = JSON.stringify(data), now = performance.now(), busy = document.querySelector("#headline .busy:not([hidden])");
    if (same === last && (busy || now - time < ASKED_MS)) return;
    [last, time] = [same, now];
    ask(data);
  };
}
