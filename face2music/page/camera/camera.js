// The picture: from the camera, a file, the clipboard or a drop. The value is a data URL of it, made in the browser, or "".

element.firstElementChild.innerHTML = `
  <div class="view">
    <video playsinline muted hidden></video><img alt="" hidden>
    <p class="hint"></p><p class="count" aria-hidden="true" hidden></p><p class="trouble" role="alert"></p>
  </div>
  <div class="tools" role="group">
    <button type="button" data-tool="camera"></button><button type="button" data-tool="upload"></button>
    <button type="button" data-tool="paste"></button><button type="button" data-tool="remove" hidden></button>
    <input type="file" accept="image/*" tabindex="-1" aria-hidden="true" hidden>
  </div>
  <p class="told" role="status"></p>`;
const find = selector => element.querySelector(selector);
const [video, image, hint, count, trouble, told, file] =
  ["video", "img", ".hint", ".count", ".trouble", ".told", "input"].map(find);
const text = key => props.texts[key];
const ask = onceAtATime(asker("picture"));
let stream = null, opening = null, seen = true, complaint = "", kept = 0;

function write() {
  find(".tools").ariaLabel = text("source");
  for (const button of element.querySelectorAll("[data-tool]")) button.textContent = text(button.dataset.tool);
  find("[data-tool=paste]").hidden = !navigator.clipboard?.read;
  if (!hint.dataset.key) hint.dataset.key = "hint";
  hint.textContent = text(hint.dataset.key);
  // The visitor's language may arrive after the browser has refused the camera.
  if (complaint) trouble.textContent = text(complaint);
  image.alt = text("taken_alt");
  video.ariaLabel = text("live_alt");
}

function show(part, key = "") {
  for (const other of [video, image, hint]) other.hidden = other !== part;
  hint.dataset.key = key || "hint";
  hint.textContent = text(hint.dataset.key);
  find("[data-tool=remove]").hidden = !props.value && !stream;
}

// What this browser cannot show, the server may be able to read: it is ready all the same.
function showPicture() {
  show(props.value && seen ? image : hint, props.value ? "taken" : "");
}

function complain(key) {
  complaint = key;
  close();
  showPicture();
  trouble.textContent = text(key);
  return false;
}

function hush() {
  [complaint, trouble.textContent] = ["", ""];
}

function close() {
  closeCamera(stream);
  stream = null;
  count.hidden = true;
}

function keep(url) {
  close();
  hush();
  kept += 1;
  [props.value, seen] = [url, true];
  if (url) image.src = url;
  showPicture();
  told.textContent = text(url ? "taken" : "removed");
}

// Who gives a picture while the camera opens does not wait for it any more.
async function open() {
  if (stream) return true;
  const before = kept;
  hush();
  show(hint, "asking");
  try {
    const opened = await openCamera(video);
    if (kept !== before) {
      closeCamera(opened);
      return false;
    }
    stream = opened;
  } catch (trouble) {
    return kept === before && complain(trouble.message);
  }
  show(video);
  told.textContent = text("live");
  return true;
}

async function take(blob) {
  try {
    keep(await pictureOf(blob));
  } catch (trouble) {
    return complain(trouble.message);
  }
  return true;
}

async function paste() {
  try {
    for (const item of await navigator.clipboard.read()) {
      const kind = item.types.find(type => type.startsWith("image/"));
      if (kind) return take(await item.getType(kind));
    }
  } catch { /* refused by the visitor or the browser: the same message helps */ }
  return complain("no_paste");
}

image.addEventListener("error", () => {
  seen = false;
  if (!stream) showPicture();
});

const isImage = file => file.type.startsWith("image/");
// The button that removes goes with the picture: the keyboard stays beside it.
function remove() {
  keep("");
  find("[data-tool=camera]").focus();
}

const tools = {camera: open, upload: () => file.click(), paste, remove};
find(".tools").addEventListener("click", event => tools[event.target.dataset?.tool]?.());
file.addEventListener("change", () => { if (file.files[0]) take(file.files[0]); file.value = ""; });

const view = find(".view");
takeDrops(view, files => take([...files].find(isImage)));
document.addEventListener("paste", event => {
  const pasted = [...(event.clipboardData?.files || [])].find(isImage);
  if (pasted) take(pasted);
});

// The button asks for a picture: what is there, else a snapshot of the camera, after a countdown where it was still closed.
view.addEventListener("compose", async () => {
  if (!props.value || stream) {
    if (opening) return;
    const wasOpen = Boolean(stream);
    opening = open();
    const opened = await opening.finally(() => { opening = null; });
    if (!opened) return;
    if (!wasOpen) await countDown(count, () => stream);
    if (!stream) return;
    keep(snapshot(video));
  }
  ask({picture: kept});
});
view.addEventListener("take", async event => {
  if (await take(await (await fetch(event.detail)).blob())) ask({picture: kept});
});

watch("texts", write);
write();
