// The journey on the plane: each step is a point that is dragged or moved by the arrow keys; a click into the plane adds one.
const pad = find(".pad"), stops = find(".stops"), lens = find(".lens"), video = find("video"), file = find("input[type=file]");
const root = element.firstElementChild;
let held = null, stream = null, reading_face = false, complaint = "";

function stop(step, place) {
  const handle = document.createElement("span"), aside = 18 * beside(place);
  handle.className = "stop";
  handle.tabIndex = 0;
  handle.textContent = place + 1;
  if (step.picture) handle.style.backgroundImage = `url("${step.picture}")`;
  for (const [name, value] of Object.entries({ role: "slider", "aria-valuemin": -1, "aria-valuemax": 1, "aria-label": numbered("step", place), "aria-keyshortcuts": "Delete" })) {
    handle.setAttribute(name, value);
  }
  handle.style.translate = `${-aside}px ${aside}px`;
  handle.addEventListener("focus", () => { if (chosen !== place) { chosen = place; tell(); } });
  handle.addEventListener("keydown", event => press(event, place));
  handle.addEventListener("pointerdown", event => take(event, place));
  return handle;
}

function draw(focus = false) {
  stops.replaceChildren(...steps.map(stop));
  place();
  drawList();
  if (focus) stops.children[chosen].focus({ preventScroll: true });
}

// What follows the points without building anything anew, so that a point stays the same under the hand that moves it.
function place() {
  steps.forEach((step, number) => {
    const handle = stops.children[number];
    stand(handle, step);
    handle.setAttribute("aria-valuenow", step.valence);
    handle.setAttribute("aria-valuetext", `${nameOf(step)}: ${say(step)}`);
    handle.classList.toggle("pictured", Boolean(step.picture));
    if (!step.picture) handle.style.backgroundImage = "";
  });
  find(".path").setAttribute("points", steps.map(step => `${step.valence},${-step.arousal}`).join(" "));
  tell();
}

function tell() {
  const step = steps[chosen];
  [...stops.children].forEach((handle, number) => handle.classList.toggle("chosen", number === chosen));
  reading.textContent = `${chosen + 1} · ${nameOf(step)}: ${say(step)}`;
  find("[data-tool=remove]").textContent = numbered("remove_step", chosen);
  find("[data-tool=remove]").disabled = steps.length <= LEAST;
  for (const tool of ["add", "photos"]) find(`[data-tool=${tool}]`).disabled = steps.length >= props.most;
}

function press(event, number) {
  const arrow = arrowOf(event);
  if (arrow) {
    const { valence, arousal } = steps[number];
    chosen = number;
    moveStep(number, { valence: valence + arrow[0], arousal: arousal + arrow[1] });
    place();
    drawList();
  } else if (event.key === "Delete" || event.key === "Backspace") {
    remove(number);
    draw(true);
  } else return;
  event.preventDefault();
}

function take(event, number) {
  if (event.button) return;
  held = { number, moved: false, at: [event.clientX, event.clientY] };
  chosen = number;
  event.target.setPointerCapture(event.pointerId);
  event.target.focus({ preventScroll: true, focusVisible: false });
  tell();
  event.preventDefault();
}

stops.addEventListener("pointermove", event => {
  if (!held) return;
  held.moved ||= Math.hypot(event.clientX - held.at[0], event.clientY - held.at[1]) > 4;
  if (!held.moved) return;
  moveStep(held.number, under(event));
  place();
});
for (const end of ["pointerup", "pointercancel"]) {
  stops.addEventListener(end, () => {
    if (held?.moved) draw(true);
    held = null;
  });
}
// On the click, not on the press: a finger may want to scroll the page.
pad.addEventListener("click", event => {
  if (event.target.closest(".stop, .lens")) return;
  const point = reached(under(event));
  if (insert(placeFor(point), point)) draw(true);
});

// A photograph goes to the server in memory; a little picture of it stays here, to tell the steps apart.
async function readFace(url, add) {
  find(".told").textContent = props.texts.looking;
  const step = await server.step_of(url);
  if (step.refusal) return complain(step.refusal);
  add({ ...step, picture: await small(url) });
  draw();
}

async function small(url) {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    return "data:image/gif;base64,R0lGODlhAQABAAAAACw="; // of a kind that only the server reads
  }
  const side = Math.min(image.width, image.height), canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  canvas.getContext("2d").drawImage(image, (image.width - side) / 2, (image.height - side) / 2, side, side, 0, 0, 64, 64);
  return canvas.toDataURL("image/jpeg");
}

function complain(sentence) {
  find(".trouble").textContent = sentence;
}

async function attempt(act) {
  if (reading_face) return;
  [reading_face, complaint, find(".trouble").textContent] = [true, "", ""];
  try {
    await act();
  } catch (trouble) {
    complaint = trouble instanceof Trouble ? trouble.message : "not_read";
    complain(props.texts[complaint]);
  } finally {
    closeCamera(stream);
    [stream, reading_face, lens.hidden, find(".told").textContent] = [null, false, true, ""];
  }
}

// The journey begins with the visitor's face: it takes the place of one that was taken before.
const faceFirst = () => attempt(async () => {
  lens.hidden = false;
  stream = await openCamera(video);
  await countDown(find(".count"), () => stream);
  const url = snapshot(video);
  closeCamera(stream);
  lens.hidden = true;
  await readFace(url, face => {
    if (steps[0].mine || steps.length >= props.most) steps.shift();
    insert(0, { ...face, mine: true });
  });
});

const addPhotos = files => attempt(async () => {
  for (const photo of files) await readFace(await pictureOf(photo), face => insert(steps.length, face));
});

// By hand, a new step is half way on from the last, where it can be seen and moved.
function addStep() {
  const last = steps[steps.length - 1], next = props.norms.happy;
  insert(steps.length, reached({ valence: (last.valence + next.valence) / 2, arousal: (last.arousal - next.arousal) / 2 }));
  draw(true);
}

const tools = { add: addStep, photos: () => file.click(), remove: () => { remove(chosen); draw(steps.length === LEAST); } };
find(".tools").addEventListener("click", event => tools[event.target.dataset?.tool]?.());
file.addEventListener("change", () => { addPhotos([...file.files]); file.value = ""; });
takeDrops(pad, files => addPhotos([...files]));
find(".presets").addEventListener("click", event => {
  const { preset, tool } = event.target.dataset ?? {};
  if (tool) faceFirst();
  if (!preset) return;
  takePreset(preset);
  draw();
});
root.addEventListener("begin", ({ detail }) => {
  takeSong(detail.shares, detail.plane);
  draw();
});
const ask = onceAtATime(asker("journey"));
root.addEventListener("compose", () => ask(asked()));

function label() {
  labelPlane();
  find(".plane").setAttribute("aria-label", named("route"));
  find(".presets").ariaLabel = named("presets");
  const chip = (text, data) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: named(text) });
    Object.assign(button.dataset, data);
    return button;
  };
  find(".presets").replaceChildren(...Object.keys(props.presets).map(name => chip(name, { preset: name })), chip("face", { tool: "face" }));
  find(".tools").ariaLabel = named("tools");
  for (const tool of ["add", "photos"]) find(`[data-tool=${tool}]`).textContent = named(tool);
  find(".length b").textContent = named("length");
  // The visitor's language may arrive after the browser has refused the camera.
  if (complaint) complain(props.texts[complaint]);
  for (const unit of find(".unit").options) unit.textContent = named(`by_${unit.value}`);
  find(".seconds").ariaLabel = named("seconds");
  draw();
}

watch("texts", label);
takePreset(FIRST);
label();
