// While a song is made, Gradio keeps that another was asked for, but of what was asked it remembers the first: one object is handed over
// each time, so that it holds the newest.

// event: its name -> a function that asks for the data it is given.
function asker(event) {
  const asked = {};
  return newest => trigger(event, Object.assign(asked, newest));
}
