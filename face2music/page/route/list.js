// The steps as a list, for who does not draw: an emotion and a number of bars each; and the length of the whole.
const POINT = "point";

function row(step, place) {
  const item = document.createElement("li");
  item.append(emotionOf(step, place), barsOf(step, place), dropping(place));
  item.classList.toggle("chosen", place === chosen);
  return item;
}

function emotionOf(step, place) {
  const list = document.createElement("select");
  const current = step.shares || !step.emotion ? [[POINT, nameOf(step)]] : [];
  list.append(...[...current, ...Object.keys(props.norms).map(name => [name, named(name)])].map(([value, text]) => new Option(text, value)));
  list.value = current.length ? POINT : step.emotion;
  list.ariaLabel = numbered("step", place);
  list.addEventListener("change", () => {
    steps[place] = { ...norm(list.value), bars: step.bars };
    chosen = place;
    draw();
    find(".steps").children[place].querySelector("select").focus();
  });
  return list;
}

function barsOf(step, place) {
  const field = document.createElement("label"), number = document.createElement("input");
  Object.assign(number, { type: "number", min: 1, max: 200, step: 1, value: step.bars, ariaLabel: `${numbered("step", place)}: ${named("bars")}` });
  number.addEventListener("change", () => {
    step.bars = Math.min(200, Math.max(1, Math.round(Number(number.value)) || USUAL_BARS));
    draw();
  });
  field.append(number, named("bars"));
  field.hidden = !byBars;
  return field;
}

function dropping(place) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "✕", ariaLabel: numbered("remove_step", place) });
  button.disabled = steps.length <= LEAST;
  button.addEventListener("click", () => {
    remove(place);
    draw();
    find(".steps").children[chosen].querySelector("select").focus();
  });
  return button;
}

const numbered = (key, place) => props.texts[key].replace("{number}", place + 1);

function drawList() {
  const total = steps.reduce((sum, step) => sum + step.bars, 0);
  const sum = byBars
    ? props.texts.summary_bars.replace("{steps}", steps.length).replace("{bars}", total)
    : props.texts.summary_seconds.replace("{steps}", steps.length).replace("{seconds}", find(".seconds").value);
  find("summary").textContent = `${named("tools")} · ${sum}`;
  find(".steps").replaceChildren(...steps.map(row));
  find(".unit").value = byBars ? "bars" : "seconds";
  find(".seconds").hidden = byBars;
}

find(".unit").addEventListener("change", event => {
  byBars = event.target.value === "bars";
  draw();
});
find(".seconds").addEventListener("change", event => {
  event.target.value = Math.min(600, Math.max(5, Math.round(Number(event.target.value)) || 60));
  drawList();
});
