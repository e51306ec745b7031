// A point of the valence and arousal plane to be dragged. Its value is {valence, arousal}, each from -1 to 1, and may have
// `heard`, a second point, and `path`, a list of points, for reading. `input` follows every change by hand, once it is over.

const SETTLED_MS = 350; // after the last key

const handle = find(".handle");
const sliders = { valence: find(".handle .valence"), arousal: find(".handle .arousal") };

let point = { valence: 0, arousal: 0 }, settling = 0, held = false;

function move({ valence, arousal }) {
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
  move({ valence, arousal });
  find(".heard").hidden = !heard;
  if (heard) stand(find(".heard"), heard);
  find(".path").setAttribute("points", path.map(mood => `${mood.valence},${-mood.arousal}`).join(" "));
}

function label() {
  labelPlane();
  sliders.valence.setAttribute("aria-label", `${named("valence")}: ${named("unpleasant")} – ${named("pleasant")}`);
  sliders.arousal.setAttribute("aria-label", `${named("arousal")}: ${named("calm")} – ${named("excited")}`);
  find(".heard span").textContent = named("heard");
  show();
}

function drag(event) {
  move(reached(under(event)));
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
    const arrow = arrowOf(event);
    if (!arrow) return;
    move(reached({ valence: point.valence + arrow[0], arousal: point.arousal + arrow[1] }));
    commitSoon();
    event.preventDefault();
  });
  slider.addEventListener("input", () => {
    move(reached({ ...point, [axis]: Number(slider.value) }));
    commitSoon();
  });
}

watch("value", show);
watch("texts", label);
label();
