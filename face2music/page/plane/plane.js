// A point of the valence and arousal plane to be dragged. Its value is {valence, arousal}, each from -1 to 1, and may have
// `heard`, a second point, and `path`, a list of points, for reading. `input` follows every change by hand, once it is over.

const KEY_STEP = 0.05, KEY_LEAP = 0.2; // with shift
const SETTLED_MS = 350; // after the last key
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const ENDS = { excited: "top", calm: "bottom", unpleasant: "left", pleasant: "right" };
// Where an emotion's name stands beside its point, so that neighbours leave each other room.
const SIDES = { fear: "above", angry: "right", disgust: "right", sad: "below", happy: "left", surprise: "above", neutral: "right" };

const find = selector => element.querySelector(selector);
const field = find(".field"), handle = find(".handle"), reading = find(".reading");
const sliders = { valence: find(".handle .valence"), arousal: find(".handle .arousal") };
const named = name => props.texts[name] ?? name;
const within = value => Math.min(1, Math.max(-1, Math.round(value * 100) / 100));
const signed = value => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

let point = { valence: 0, arousal: 0 }, settling = 0, held = false;

function stand(node, { valence, arousal }) {
  node.style.left = `${(valence + 1) * 50}%`;
  node.style.top = `${(1 - arousal) * 50}%`;
}

function say({ valence, arousal }) {
  const ends = { valence: valence < 0 ? "unpleasant" : "pleasant", arousal: arousal < 0 ? "calm" : "excited" };
  const parts = Object.entries({ valence, arousal }).map(([axis, value]) => `${named(axis)} ${signed(value)}${value ? ` (${named(ends[axis])})` : ""}`);
  return parts.join(" · ");
}

function move(valence, arousal) {
  point = { valence: within(valence), arousal: within(arousal) };
  stand(handle, point);
  reading.textContent = say(point);
  for (const [axis, slider] of Object.entries(sliders)) {
    slider.value = point[axis];
    slider.setAttribute("aria-valuetext", say(point));
  }
}

// Gradio itself tells of `change` when the value is set.
function commit() {
  clearTimeout(settling);
  const { valence, arousal } = props.value ?? {};
  if (valence === point.valence && arousal === point.arousal) return;
  props.value = { ...props.value, ...point };
  trigger("input");
}

function commitSoon() {
  clearTimeout(settling);
  settling = setTimeout(commit, SETTLED_MS);
}

function show() {
  if (held) return; // the hand on it knows better
  const { valence = 0, arousal = 0, heard, path = [] } = props.value ?? {};
  move(valence, arousal);
  find(".heard").hidden = !heard;
  if (heard) stand(find(".heard"), heard);
  find(".path").setAttribute("points", path.map(mood => `${mood.valence},${-mood.arousal}`).join(" "));
}

function label() {
  find(".plane").setAttribute("aria-label", named("plane"));
  sliders.valence.setAttribute("aria-label", `${named("valence")}: ${named("unpleasant")} – ${named("pleasant")}`);
  sliders.arousal.setAttribute("aria-label", `${named("arousal")}: ${named("calm")} – ${named("excited")}`);
  find(".heard span").textContent = named("heard");
  find(".ends").replaceChildren(...Object.entries(ENDS).map(([name, side]) => word(named(name), side)));
  for (const dot of find(".points").children) {
    const { name } = dot.dataset;
    dot.replaceChildren(word(named(name), SIDES[name] ?? "right"));
  }
  show();
}

function word(text, side) {
  return Object.assign(document.createElement("span"), { textContent: text, className: side });
}

function drag(event) {
  const box = field.getBoundingClientRect();
  move(((event.clientX - box.left) / box.width) * 2 - 1, 1 - ((event.clientY - box.top) / box.height) * 2);
}

const pad = find(".pad");
pad.addEventListener("pointerdown", event => {
  if (event.button) return;
  held = true;
  pad.setPointerCapture(event.pointerId);
  drag(event);
  sliders.valence.focus({ preventScroll: true, focusVisible: false });
  event.preventDefault();
});
pad.addEventListener("pointermove", event => held && drag(event));
for (const end of ["pointerup", "pointercancel"]) {
  pad.addEventListener(end, () => {
    if (held) commit();
    held = false;
  });
}

for (const [axis, slider] of Object.entries(sliders)) {
  slider.addEventListener("keydown", event => {
    if (!KEYS[event.key]) return;
    const [right, up] = KEYS[event.key], step = event.shiftKey ? KEY_LEAP : KEY_STEP;
    move(point.valence + right * step, point.arousal + up * step);
    commitSoon();
    event.preventDefault();
  });
  slider.addEventListener("input", () => {
    const moved = { ...point, [axis]: Number(slider.value) };
    move(moved.valence, moved.arousal);
    commitSoon();
  });
}

watch("value", show);
watch("texts", label);
label();
