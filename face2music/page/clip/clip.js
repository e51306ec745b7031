// A clip, shown from the visitor's own disk; it is sent only when its music is asked for, or to be joined with it.
// `most` has the limits {bytes, seconds}; `film` is the name of the last film that was composed, and `upload` where its clip was sent to;
// `made` is {url, name} of a clip with its music that is ready.
element.firstElementChild.innerHTML = `
  <div class="view"><video controls playsinline hidden></video><p class="hint"></p><p class="trouble" role="alert"></p></div>
  <div class="tools" role="group">
    <button type="button" data-tool="choose"></button><button type="button" data-tool="remove" hidden></button>
    <input type="file" accept="video/*,.mkv,.avi" tabindex="-1" aria-hidden="true" hidden>
  </div>
  <div class="sending" hidden><progress max="1"></progress><span></span></div>
  <p class="told" role="status"></p>`;
const find = selector => element.querySelector(selector);
const [view, video, hint, trouble, told, file, sending] = [".view", "video", ".hint", ".trouble", ".told", "input", ".sending"].map(find);
const films = new Map(), uploads = new Map(), ask = asker("watch");
let clip = null, number = 0, request = null, sentFor = null, goesOn = false, complaint = "";

function write() {
  find(".tools").ariaLabel = props.texts.clip_source;
  for (const button of element.querySelectorAll("[data-tool]")) button.textContent = props.texts[`clip_${button.dataset.tool}`];
  hint.textContent = props.texts.clip_hint;
  video.ariaLabel = props.texts.clip_alt;
  find("progress").ariaLabel = props.texts.clip_sending;
  if (complaint) trouble.textContent = props.texts[complaint];
}

function complain(key) {
  complaint = key;
  trouble.textContent = props.texts[key];
}

// Another clip takes the place of one that is being sent to be watched.
function show(chosen) {
  if (sentFor === ask) request?.abort();
  if (video.src) URL.revokeObjectURL(video.src);
  [clip, number, complaint] = [chosen, number + 1, ""];
  [video.hidden, hint.hidden, find("[data-tool=remove]").hidden, trouble.textContent] = [!clip, Boolean(clip), !clip, ""];
  if (clip) video.src = URL.createObjectURL(clip);
  else video.removeAttribute("src");
  told.textContent = props.texts[clip ? "clip_ready" : "clip_removed"];
}

// Not every system has a name for these kinds of video.
const isVideo = ({ type, name }) => type.startsWith("video/") || /\.(mkv|avi)$/i.test(name);

function choose(chosen) {
  if (!chosen || !isVideo(chosen)) return complain("clip_none");
  if (chosen.size > props.most.bytes) return complain("clip_too_large");
  show(chosen);
  if (goesOn) compose();
}

// The browser may know how long it lasts; what it cannot read, the server may.
video.addEventListener("loadedmetadata", () => {
  if (Number.isFinite(video.duration) && video.duration > props.most.seconds + 0.5) {
    show(null);
    complain("clip_too_long");
  }
});
video.addEventListener("error", () => { if (clip) [video.hidden, hint.hidden, hint.textContent] = [true, false, clip.name]; });

// -> where the server has the clip. It is sent by hand, because Gradio's own function does not tell how far it is.
function send(what) {
  const sent = new XMLHttpRequest(), form = new FormData();
  form.append("files", what, what.name);
  [request, sending.hidden, trouble.textContent, complaint] = [sent, false, "", ""];
  const tell = share => {
    find("progress").value = share;
    find(".sending span").textContent = `${props.texts.clip_sending} ${Math.round(share * 100)} %`;
  };
  tell(0);
  return new Promise((resolve, reject) => {
    sent.upload.addEventListener("progress", event => event.lengthComputable && tell(event.loaded / event.total));
    sent.addEventListener("load", () => (sent.status === 200 ? resolve(JSON.parse(sent.response)[0]) : reject(new Error(said(sent.response)))));
    sent.addEventListener("error", () => reject(new Error(props.texts.clip_not_sent)));
    sent.addEventListener("abort", () => reject(new Error()));
    sent.open("POST", "gradio_api/upload");
    sent.send(form);
  }).finally(() => { [request, sending.hidden] = [null, true]; });
}

function said(response) {
  try {
    return JSON.parse(response).detail;
  } catch {
    return props.texts.clip_not_sent;
  }
}

// Send a clip and tell where it is; a refusal by the server is shown as it stands.
async function sendFor(what, then) {
  if (request) return;
  sentFor = then;
  try {
    const path = await send(what);
    uploads.set(path, what);
    then({ path });
  } catch (refusal) {
    trouble.textContent = refusal.message;
  }
}

const sendToWatch = onceAtATime(ask, () => sendFor(clip, ask));

function compose() {
  goesOn = !clip;
  if (clip) sendToWatch({ number });
  else file.click();
}

// The button that removes goes with the clip: the keyboard stays beside it.
function remove() {
  show(null);
  find("[data-tool=choose]").focus();
}

const tools = { choose: () => { goesOn = false; file.click(); }, remove };
find(".tools").addEventListener("click", event => tools[event.target.dataset?.tool]?.());
file.addEventListener("change", () => { if (file.files[0]) choose(file.files[0]); file.value = ""; });
takeDrops(view, files => choose([...files].find(isVideo)));
view.addEventListener("compose", compose);
view.addEventListener("join", event => {
  const { film, link } = event.detail;
  if (films.has(film)) sendFor(films.get(film), ({ path }) => trigger("join", { path, link }));
  else complain("clip_again");
});

watch("texts", write);
watch("film", () => { if (uploads.has(props.upload)) films.set(props.film, uploads.get(props.upload)); });
watch("made", () => {
  if (!props.made?.url) return;
  const anchor = Object.assign(document.createElement("a"), { href: props.made.url, download: props.made.name });
  anchor.click();
});
write();
