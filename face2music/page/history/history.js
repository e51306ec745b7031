// The songs of this tab, newest first; the server keeps no list, and the browser forgets it with the tab. The value is the newest:
// {link, and facts by name}.
const MOST = 20, STORE = "songs", place = element.firstElementChild, songs = restored(), chosen = new Set(), open = asker("open");
place.innerHTML = `<p class="quiet empty-history"></p><div class="scroll" tabindex="0" role="region"><table hidden><thead></thead><tbody></tbody></table></div>
  <div class="compare" aria-live="polite"></div>`;
const table = place.querySelector("table"), empty = place.querySelector("p"), compare = place.querySelector(".compare");
const cell = (kind, content) => {
  const made = document.createElement(kind);
  made.append(content);
  return made;
};

function restored() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? [];
  } catch { // the browser may forbid it
    return [];
  }
}

function store() {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(songs));
  } catch { /* then they are gone with the page */ }
}

const named = (name, kind, content) => {
  const made = cell(kind, content);
  made.dataset.name = name;
  return made;
};

function playButton(song, label) {
  const button = document.createElement("button");
  [button.type, button.textContent, button.dataset.control] = ["button", label, `${label} ${song.link}`];
  button.addEventListener("click", event => { if (event.detail < 2) open({link: song.link}); }); // once by two clicks
  return button;
}

function chooser(song, number) {
  const box = document.createElement("input");
  [box.type, box.checked, box.ariaLabel] = ["checkbox", chosen.has(song.link), `${props.texts.compare} ${number}`];
  box.dataset.control = song.link;
  box.addEventListener("change", () => {
    if (box.checked) chosen.add(song.link); else chosen.delete(song.link);
    while (chosen.size > 2) chosen.delete(chosen.values().next().value);
    draw();
  });
  return box;
}

// Whatever has the keyboard is exchanged with the rest: its successor takes over.
function draw() {
  const held = place.contains(document.activeElement) ? document.activeElement.dataset.control : "";
  drawAll();
  if (held) [...place.querySelectorAll("[data-control]")].find(control => control.dataset.control === held)?.focus();
}

function drawAll() {
  const names = Object.keys(songs[0]?.facts || {});
  empty.textContent = props.texts.empty;
  empty.hidden = songs.length > 0;
  table.hidden = songs.length === 0;
  place.querySelector(".scroll").ariaLabel = props.texts.title;
  const head = document.createElement("tr");
  head.append(...["compare", ...names, "play"].map(name => named(name, "th", props.texts[name])));
  for (const heading of head.children) heading.scope = "col";
  table.tHead.replaceChildren(head);
  table.tBodies[0].replaceChildren(...songs.map((song, index) => {
    const line = document.createElement("tr"), number = songs.length - index;
    const play = playButton(song, "▶");
    play.ariaLabel = `${props.texts.play} ${number}`;
    line.append(named("compare", "td", chooser(song, number)), ...names.map(name => named(name, "td", song.facts[name])), named("play", "td", play));
    return line;
  }));
  drawComparison(names);
}

function drawComparison(names) {
  const pair = [...chosen].map(link => songs.find(song => song.link === link)).filter(Boolean);
  compare.replaceChildren();
  if (pair.length < 2) return;
  const list = document.createElement("table");
  const head = document.createElement("tr");
  head.append(cell("td", ""), ...pair.map((song, index) => cell("th", playButton(song, `▶ ${"AB"[index]}`))));
  list.append(head, ...[...names, ...Object.keys(pair[0].more)].map(name => {
    const line = document.createElement("tr"), values = pair.map(song => (song.facts[name] ?? song.more[name]));
    const heading = cell("th", props.texts[name]);
    heading.scope = "row";
    line.append(heading, ...values.map(value => cell("td", value)));
    line.classList.toggle("differs", values[0] !== values[1]);
    return line;
  }));
  compare.append(list);
}

function add() {
  const song = props.value;
  if (song && !songs.some(known => known.link === song.link)) {
    songs.unshift(song);
    songs.splice(MOST).forEach(gone => chosen.delete(gone.link));
    store();
  }
  draw();
}
watch(["value", "texts"], add);
add();
