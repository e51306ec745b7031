// The player: the sound, the roll and the buttons, kept in step. Its value is what `Player.show` returns.

const STEP_S = 1, LEAP_S = 5; // of the keys on the slider and on the roll
const STEPS = { ArrowLeft: -STEP_S, ArrowDown: -STEP_S, ArrowRight: STEP_S, ArrowUp: STEP_S, PageDown: -LEAP_S, PageUp: LEAP_S, Home: -Infinity, End: Infinity };

const find = selector => element.querySelector(selector);
const root = find(".player"), audio = find("audio"), seek = find(".seek"), status = find(".status"), start = find(".start");

const named = name => props.texts[name] ?? name;
const say = (key, values = {}) => Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), named(key));
// Whole seconds as the headline has them: rounded.
function clock(second) {
  const whole = Math.round(second);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

let song = null, muted = new Set(), soloed = new Set(), frame = 0;
const sound = new Sound(audio, update);
const roll = new Roll(element, { named, say, onseek: second => sound.seek(second) });

function show(value) {
  sound.load(value?.audio?.url, () => parts(value));
  root.hidden = !value;
  song = value ? JSON.parse(JSON.stringify(value)) : null; // a plain copy: Gradio's watches every access
  if (!song) return;
  [muted, soloed] = [new Set(), new Set()];
  for (const selector of [".transport", ".parts"]) find(selector).classList.toggle("silent", !song.audio);
  seek.max = song.roll.duration_s;
  speak();
  roll.show(song.roll);
  update();
  start.hidden = !song.audio || song.autoplay;
  if (song.audio && song.autoplay) play();
}

// Everything that is said in the visitor's language.
function speak() {
  const labels = {
    ".seek": "position", ".loop": "loop", ".volume": "volume", ".transport": "player", ".roll": "roll", "canvas": "roll",
  };
  for (const [selector, key] of Object.entries(labels)) find(selector).setAttribute("aria-label", named(key));
  find(".loop span").textContent = named("loop");
  find(".start span").textContent = named("play");
  find(".soundless").textContent = named("no_sound");
  find(".soundless").hidden = Boolean(song.audio);
  find(".summary").textContent = summary();
  find(".roll").setAttribute("aria-description", summary());
  status.textContent = "";
  listParts();
}

// What the roll shows, in words.
function summary() {
  const { parts, bars, beats_a_bar: beats, keys, sections, chords, duration_s: length } = song.roll;
  const list = items => items.join(", ");
  const facts = {
    length: clock(length),
    parts: list(parts.map(label)),
    bars: bars.length,
    beats,
    keys: list([...new Set(keys.map(key => named(key.name)))]),
    sections: list(sections.map(section => `${named(section.name)} (${clock(section.start_s)})`)),
    chords: list([...new Set(chords.map(chord => chord.name))]),
  };
  return say("summary", facts);
}

function label(part) {
  const role = named(part.role), instrument = named(part.instrument);
  return `${role}: ${instrument}`;
}

function listParts() {
  find(".parts").replaceChildren(...song.roll.parts.map(part => {
    const row = document.createElement("li"), swatch = document.createElement("canvas"), name = document.createElement("span");
    row.style.color = `var(--${part.role}-ink)`;
    swatch.setAttribute("aria-hidden", "true");
    name.append(Object.assign(document.createElement("b"), { textContent: named(part.role) }), named(part.instrument));
    row.append(swatch, name, toggle("mute", part), toggle("solo", part));
    for (const event of ["pointerenter", "focusin"]) row.addEventListener(event, () => roll.point(part.name));
    for (const event of ["pointerleave", "focusout"]) row.addEventListener(event, () => roll.point(null));
    return row;
  }));
  paintSwatches();
}

function toggle(action, part) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: action, textContent: named(action) });
  button.setAttribute("aria-label", `${named(action)}: ${label(part)}`);
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const chosen = action === "mute" ? muted : soloed;
    if (!chosen.delete(part.name)) chosen.add(part.name);
    mix();
  });
  return button;
}

function paintSwatches() {
  [...find(".parts").children].forEach((row, number) => {
    const swatch = row.querySelector("canvas"), { role } = song.roll.parts[number], pen = penOf(swatch, 28, 16);
    pen.fillStyle = pen.strokeStyle = getComputedStyle(row).color;
    for (const x of role === "drums" ? [5, 14, 23] : [1]) drawNote(pen, role, x, 8, 26, 8);
  });
}

// Hear the parts that are left; the mix when that is all of them.
async function mix() {
  const names = song.roll.parts.map(part => part.name);
  const heard = names.filter(name => (soloed.size ? soloed.has(name) : !muted.has(name)));
  [...find(".parts").children].forEach((row, number) => {
    row.querySelector(".mute").setAttribute("aria-pressed", muted.has(names[number]));
    row.querySelector(".solo").setAttribute("aria-pressed", soloed.has(names[number]));
    row.classList.toggle("unheard", !heard.includes(names[number]));
  });
  roll.hear(new Set(heard));
  const asked = song, all = heard.length === names.length;
  if (!all && !sound.stems) status.textContent = named("loading_parts");
  try {
    await sound.hear(all ? null : new Set(heard));
    if (asked === song) status.textContent = "";
  } catch (error) {
    if (asked !== song) return;
    [muted, soloed] = [new Set(), new Set()];
    await mix();
    status.textContent = error.refusal ?? named("parts_failed");
  }
}

// The addresses of the parts' sounds, beside the mix's.
async function parts(value) {
  const answer = await server.parts_of(value.key);
  if (answer.refusal) throw Object.assign(new Error(), answer);
  const [base] = value.audio.url.split("/file=");
  return Object.fromEntries(Object.entries(answer.files).map(([name, path]) => [name, `${base}/file=${path.split("/").map(encodeURIComponent).join("/")}`]));
}

async function play() {
  start.hidden = true;
  try {
    await sound.play();
  } catch (error) {
    start.hidden = error.name !== "NotAllowedError"; // the browser wants a press first
  }
}

function toggleSound() {
  if (sound.playing) sound.pause();
  else play();
}

function update() {
  if (!song) return;
  root.classList.toggle("playing", sound.playing);
  find(".play").setAttribute("aria-label", named(sound.playing ? "pause" : "play"));
  if (sound.playing) {
    start.hidden = true;
    element.dispatchEvent(new Event("play")); // every player hears it, see below
  }
  place();
  tell();
}

// Once a frame, and only while it plays.
function place() {
  cancelAnimationFrame(frame);
  if (!element.isConnected && sound.playing) return sound.pause();
  const second = Math.min(sound.time, song.roll.duration_s);
  roll.place(second, sound.playing);
  seek.value = second;
  seek.style.setProperty("--share", second / song.roll.duration_s);
  const time = `${clock(second)} / ${clock(song.roll.duration_s)}`;
  if (find(".time").textContent !== time) find(".time").textContent = time;
  if (sound.playing) frame = requestAnimationFrame(place);
}

// What the slider says; not renewed while it plays, or a screen reader would never be silent.
function tell() {
  const second = Number(seek.value), section = at(song.roll.sections, second), chord = at(song.roll.chords, second);
  const names = [section && named(section.name), chord && chord.name].filter(Boolean).join(", ");
  seek.setAttribute("aria-valuetext", say("place", { time: clock(second), total: clock(song.roll.duration_s), bar: barAt(song.roll, second), names }));
}

find(".play").addEventListener("click", toggleSound);
start.addEventListener("click", () => {
  play();
  find(".play").focus({ preventScroll: true }); // the button that was pressed goes away
});
find(".loop").addEventListener("click", event => {
  const on = event.currentTarget.getAttribute("aria-pressed") !== "true";
  event.currentTarget.setAttribute("aria-pressed", on);
  sound.loop = on;
});
find(".volume").addEventListener("input", event => { sound.volume = Number(event.target.value); });
seek.addEventListener("input", () => sound.seek(Number(seek.value)));
seek.addEventListener("focus", () => song && tell());
for (const part of [seek, find(".roll")]) {
  part.addEventListener("keydown", event => {
    if (!song.audio || event.altKey || event.ctrlKey || event.metaKey) return; // then the keys move the sheet, or the browser
    if (event.key === " ") toggleSound();
    else if (STEPS[event.key]) {
      sound.seek(Math.min(song.roll.duration_s, Math.max(0, sound.time + STEPS[event.key])));
      roll.bring();
    } else return;
    event.preventDefault();
  });
}

// One song at a time: whatever else begins to sound on the page, this stops.
function onPlay(event) {
  if (!element.isConnected) document.removeEventListener("play", onPlay, true);
  else if (!element.contains(event.target) && sound.playing) sound.pause();
}
document.addEventListener("play", onPlay, true);

const theme = new MutationObserver(() => {
  if (!element.isConnected) theme.disconnect();
  else if (song) restyle();
});
for (const node of [document.documentElement, document.body]) theme.observe(node, { attributeFilter: ["class"] });

function restyle() {
  roll.restyle();
  paintSwatches();
}

watch("value", () => show(props.value));
watch("texts", () => {
  if (!song) return;
  speak();
  mix();
  restyle();
  update();
});
show(props.value);
