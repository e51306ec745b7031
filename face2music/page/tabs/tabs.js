// Tabs over panels that stay on the page: Gradio's own build a panel only when it is opened, and forget what came before.
// The value is a list of names; the panel of "score" has the id "panel-score". Another script opens it by the event "open" at its tab.
const strip = element.firstElementChild;
strip.setAttribute("role", "tablist");
const panel = name => document.getElementById(`panel-${name}`);
let opened = props.value[0];

const tabs = props.value.map((name, index) => {
  const tab = document.createElement("button");
  [tab.type, tab.id, tab.dataset.name] = ["button", `tab-${name}`, name];
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", `panel-${name}`);
  tab.addEventListener("click", () => open(name));
  tab.addEventListener("open", () => open(name));
  tab.addEventListener("keydown", event => {
    const step = {ArrowRight: 1, ArrowLeft: -1, Home: -index, End: -1 - index}[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = tabs[(index + step + tabs.length) % tabs.length];
    next.focus();
    open(next.dataset.name);
  });
  return tab;
});
strip.append(...tabs);

function open(name) {
  opened = name;
  draw();
  trigger("opened", {name});
}

function draw() {
  strip.ariaLabel = props.texts.label;
  for (const tab of tabs) {
    const name = tab.dataset.name, chosen = name === opened;
    tab.textContent = props.texts[name];
    tab.ariaSelected = chosen;
    tab.tabIndex = chosen ? 0 : -1;
    panel(name).hidden = !chosen;
    panel(name).setAttribute("role", "tabpanel");
    panel(name).setAttribute("aria-labelledby", tab.id);
  }
}

// The panels are put on the page after this.
(function whenReady() {
  if (props.value.every(panel)) draw();
  else requestAnimationFrame(whenReady);
})();
watch("texts", draw);
