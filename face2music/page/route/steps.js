// The steps of a journey. A step is {valence, arousal, bars}, and `emotion` where it is just one, `shares` and `picture` (a data
// URL) where it was read in a face; who moves it makes a plain point of it.
const FIRST = "lift me up", USUAL_BARS = 8, LEAST = 2, NEAR_LINE = 0.08, SAME_PLACE = 0.08;
let steps = [], chosen = 0, byBars = true;

const norm = emotion => ({ ...props.norms[emotion], emotion });
const clamped = place => Math.min(steps.length - 1, Math.max(0, place));

// A step as a known journey names it: an emotion, or a point.
function stepOf(given, bars) {
  const step = typeof given === "string" ? norm(given) : { valence: given[0], arousal: given[1] };
  return { ...step, bars };
}

function takePreset(name) {
  const preset = props.presets[name];
  steps = preset.steps.map((given, place) => stepOf(given, preset.bars[place]));
  [chosen, byBars] = [0, true];
}

// The steps of a song: those of its path, of many only some, or else its mood and where the journey went before. A path of one
// is a mood that no shares have.
function takeSong(shares, plane) {
  const path = plane.path ?? [];
  if (path.length < LEAST) {
    const strongest = Object.keys(shares).reduce((best, name) => (shares[name] > shares[best] ? name : best));
    const read = path.length ? {} : { emotion: strongest, shares };
    steps = [{ valence: plane.valence, arousal: plane.arousal, ...read, bars: USUAL_BARS }, steps.at(-1)];
  } else {
    const count = Math.min(path.length, props.most);
    steps = Array.from({ length: count }, (_, place) => path[Math.round((place * (path.length - 1)) / (count - 1))])
      .map(({ valence, arousal }) => ({ ...(nameAt(valence, arousal) ?? { valence, arousal }), bars: USUAL_BARS }));
  }
  chosen = 0;
}

// The emotion whose norm a point is, if it is one.
function nameAt(valence, arousal) {
  const name = Object.keys(props.norms).find(each => props.norms[each].valence === valence && props.norms[each].arousal === arousal);
  return name && norm(name);
}

function insert(place, step) {
  if (steps.length >= props.most) return false;
  steps.splice(place, 0, { bars: USUAL_BARS, ...step });
  chosen = place;
  return true;
}

function remove(place) {
  if (steps.length <= LEAST) return;
  steps.splice(place, 1);
  chosen = clamped(place - (place > 0));
}

function moveStep(place, point) {
  const { bars } = steps[place];
  steps[place] = { ...reached(point), bars };
}

// Where a new point belongs: in between where it lies on a line, else behind the last.
function placeFor(point) {
  const on = steps.findIndex((step, place) => place + 1 < steps.length && offLine(point, step, steps[place + 1]) < NEAR_LINE);
  return on < 0 ? steps.length : on + 1;
}

function offLine(point, a, b) {
  const [dx, dy] = [b.valence - a.valence, b.arousal - a.arousal], [px, py] = [point.valence - a.valence, point.arousal - a.arousal];
  const along = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(px - along * dx, py - along * dy);
}

// How many of the steps before this one are in the same place: it is drawn beside them.
function beside(place) {
  const here = steps[place];
  return steps.slice(0, place).filter(step => Math.hypot(step.valence - here.valence, step.arousal - here.arousal) < SAME_PLACE).length;
}

function nameOf(step) {
  if (step.shares) return props.texts.face_step.replace("{emotion}", named(step.emotion));
  return step.emotion ? named(step.emotion) : named("point");
}

// What the composer is asked for.
function asked() {
  return {
    steps: steps.map(step => step.shares ?? step.emotion ?? [step.valence, step.arousal]),
    bars: byBars ? steps.map(step => step.bars) : null,
    seconds: Number(find(".seconds").value),
  };
}
