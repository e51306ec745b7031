// What shows a plane of valence and arousal has in common; `element` and `props` are the component's.
const KEY_STEP = 0.05, KEY_LEAP = 0.2; // with shift
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const ENDS = { excited: "top", calm: "bottom", unpleasant: "left", pleasant: "right" };
// Where an emotion's name stands beside its point, so that neighbours leave each other room.
const SIDES = { fear: "above", angry: "right", disgust: "right", sad: "below", happy: "left", surprise: "above", neutral: "right", serene: "below", sleepy: "below" };

const find = selector => element.querySelector(selector);
const field = find(".field"), reading = find(".reading");
const named = name => props.texts[name] ?? name;
const within = value => Math.min(1, Math.max(-1, Math.round(value * 100) / 100));
const signed = value => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`.replace(".", props.texts.decimal ?? ".");

// By how much a key moves a point, as [valence, arousal]; null if it is no arrow, or belongs to the browser.
function arrowOf({ key, shiftKey, altKey, ctrlKey, metaKey }) {
  const size = shiftKey ? KEY_LEAP : KEY_STEP;
  return KEYS[key] && !(altKey || ctrlKey || metaKey) ? KEYS[key].map(way => way * size) : null;
}

function stand(node, { valence, arousal }) {
  node.style.left = `${(valence + 1) * 50}%`;
  node.style.top = `${(1 - arousal) * 50}%`;
}

function say({ valence, arousal }) {
  const ends = { valence: valence < 0 ? "unpleasant" : "pleasant", arousal: arousal < 0 ? "calm" : "excited" };
  const parts = Object.entries({ valence, arousal }).map(([axis, value]) => `${named(axis)} ${signed(value)}${value ? ` (${named(ends[axis])})` : ""}`);
  return parts.join(" · ");
}

// Where a pointer is on the plane, as a point that may lie beyond its edges.
function under({ clientX, clientY }) {
  const box = field.getBoundingClientRect();
  return { valence: ((clientX - box.left) / box.width) * 2 - 1, arousal: 1 - ((clientY - box.top) / box.height) * 2 };
}

// The nearest point that there is music for, in hundredths; the corners of the outline go round against the clock.
function reached({ valence, arousal }) {
  const corners = props.reach, edges = corners.map((corner, number) => [corner, corners[(number + 1) % corners.length]]);
  const inside = edges.every(([[ax, ay], [bx, by]]) => (bx - ax) * (arousal - ay) - (by - ay) * (valence - ax) >= 0);
  const feet = edges.map(([[ax, ay], [bx, by]]) => {
    const dx = bx - ax, dy = by - ay, along = ((valence - ax) * dx + (arousal - ay) * dy) / (dx * dx + dy * dy);
    const share = Math.min(1, Math.max(0, along));
    return { valence: ax + share * dx, arousal: ay + share * dy };
  });
  const far = foot => Math.hypot(foot.valence - valence, foot.arousal - arousal);
  const nearest = inside ? { valence, arousal } : feet.reduce((best, foot) => (far(foot) < far(best) ? foot : best));
  return { valence: within(nearest.valence), arousal: within(nearest.arousal) };
}

function labelPlane() {
  find(".plane").setAttribute("aria-label", named("plane"));
  find(".ends").replaceChildren(...Object.entries(ENDS).map(([name, side]) => word(named(name), side)));
  for (const dot of find(".points").children) {
    const { name } = dot.dataset;
    dot.replaceChildren(word(named(name), SIDES[name] ?? "right"));
  }
  find(".reach").setAttribute("points", props.reach.map(([valence, arousal]) => `${valence},${-arousal}`).join(" "));
  find(".reach-said").textContent = named("reach");
}

function word(text, side) {
  return Object.assign(document.createElement("span"), { textContent: text, className: side });
}
