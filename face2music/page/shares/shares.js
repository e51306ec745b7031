// Seven bars that can be dragged. The value is {emotion: 0 to 1}; `read` is the same as the face was read, or {}.
const STEPS = 100, WAIT_MS = 300;
const list = document.createElement("ul");
element.firstElementChild.append(list);
const rows = {}, correct = asker("correct");
let shares = {}, waiting = 0;

function percent(share) {
  const rounded = Math.round(100 * share);
  if (rounded === 0 && share > 0) return "<1 %";
  return rounded === 100 && share < 1 ? ">99 %" : `${rounded} %`;
}

function row(emotion) {
  const item = document.createElement("li"), id = `share-${emotion}`;
  item.innerHTML = `<label for="${id}"></label><span class="bar"><input id="${id}" type="range" min="0" max="${STEPS}" step="1">
    <i aria-hidden="true"></i></span><output for="${id}"></output>`;
  item.querySelector("input").addEventListener("input", event => move(emotion, event.target.value / STEPS));
  list.append(item);
  return item;
}

// The others keep their proportions; where all of them are 0 they share the rest.
function move(emotion, share) {
  const others = Object.keys(shares).filter(name => name !== emotion);
  const rest = others.reduce((sum, name) => sum + shares[name], 0);
  for (const name of others) shares[name] = rest > 1e-6 ? shares[name] * (1 - share) / rest : (1 - share) / others.length;
  shares[emotion] = share;
  draw();
  clearTimeout(waiting);
  waiting = setTimeout(() => { waiting = 0; correct({shares}); }, WAIT_MS);
}

function draw() {
  const top = Object.keys(shares).reduce((best, name) => shares[name] > shares[best] ? name : best, Object.keys(shares)[0]);
  for (const [emotion, share] of Object.entries(shares)) {
    const item = rows[emotion] ||= row(emotion), slider = item.querySelector("input"), read = props.read?.[emotion];
    item.classList.toggle("top", emotion === top);
    item.querySelector("label").textContent = props.texts[emotion];
    item.querySelector("output").textContent = percent(share);
    if (Math.abs(slider.value / STEPS - share) > 0.5 / STEPS) slider.value = Math.round(share * STEPS);
    slider.setAttribute("aria-valuetext", percent(share));
    item.style.setProperty("--share", share);
    item.style.setProperty("--read", read ?? 0);
    item.classList.toggle("read", read !== undefined);
  }
}

function fill() {
  if (!props.value || waiting) return;
  shares = {...props.value};
  draw();
}
watch(["value", "read", "texts"], fill);
fill();
