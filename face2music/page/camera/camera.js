// The picture: from the camera, a file, the clipboard or a drop. The value is a data URL of it, made in the browser, or "".
const LONGEST_SIDE = 1600, QUALITY = 0.92, MOST_BYTES = 20e6, COUNTS = 3, COUNT_MS = 800;
const CONSTRAINTS = {video: {width: {ideal: 640}, height: {ideal: 480}, facingMode: "user"}};
const TROUBLES = {NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "none", OverconstrainedError: "none"};

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
let stream = null, opening = null;

function write() {
  find(".tools").ariaLabel = text("source");
  for (const button of element.querySelectorAll("[data-tool]")) button.textContent = text(button.dataset.tool);
  find("[data-tool=paste]").hidden = !navigator.clipboard?.read;
  if (!hint.dataset.key) hint.dataset.key = "hint";
  hint.textContent = text(hint.dataset.key);
  image.alt = text("taken_alt");
  video.ariaLabel = text("live_alt");
}

function show(part, key = "") {
  for (const other of [video, image, hint]) other.hidden = other !== part;
  hint.dataset.key = key || "hint";
  hint.textContent = text(hint.dataset.key);
  find("[data-tool=remove]").hidden = part === hint && !stream;
}

function complain(key) {
  close();
  show(props.value ? image : hint);
  trouble.textContent = text(key);
  return false;
}

function close() {
  stream?.getTracks().forEach(track => track.stop());
  stream = null;
  count.hidden = true;
}

function keep(url, shown = url) {
  close();
  trouble.textContent = "";
  props.value = url;
  if (url) image.src = shown;
  show(url ? image : hint);
  told.textContent = text(url ? "taken" : "removed");
}

async function open() {
  if (stream) return true;
  trouble.textContent = "";
  if (!navigator.mediaDevices?.getUserMedia) return complain("insecure");
  show(hint, "asking");
  try {
    stream = await navigator.mediaDevices.getUserMedia(CONSTRAINTS);
    video.srcObject = stream;
    await video.play();
  } catch (error) {
    return complain(TROUBLES[error.name] || "busy");
  }
  show(video);
  told.textContent = text("live");
  return true;
}

async function countDown() {
  count.hidden = false;
  for (let n = COUNTS; n > 0 && stream; n--) {
    count.textContent = n;
    await new Promise(done => setTimeout(done, COUNT_MS));
  }
  count.hidden = true;
}

function drawn(source, width, height) {
  const canvas = document.createElement("canvas"), scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  [canvas.width, canvas.height] = [width, height].map(side => Math.max(1, Math.round(side * scale)));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", QUALITY);
}

const dataUrl = blob => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(blob);
});

async function take(blob) {
  if (!blob) return complain("no_picture");
  try {
    const picture = await createImageBitmap(blob);
    keep(drawn(picture, picture.width, picture.height));
  } catch {
    // What this browser cannot read, the server may.
    if (blob.size > MOST_BYTES) return complain("too_large");
    keep(await dataUrl(blob));
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

const imageIn = transfer => [...(transfer?.files || [])].find(found => found.type.startsWith("image/"));
const tools = {camera: open, upload: () => file.click(), paste, remove: () => keep("")};
find(".tools").addEventListener("click", event => tools[event.target.dataset?.tool]?.());
file.addEventListener("change", () => { if (file.files[0]) take(file.files[0]); file.value = ""; });

const view = find(".view");
for (const kind of ["dragover", "dragleave", "drop"]) {
  view.addEventListener(kind, event => {
    event.preventDefault();
    view.classList.toggle("over", kind === "dragover");
    if (kind === "drop") take(imageIn(event.dataTransfer));
  });
}
document.addEventListener("paste", event => {
  const pasted = imageIn(event.clipboardData);
  if (pasted) take(pasted);
});

// The button asks for a picture: what is there, else a snapshot of the camera, after a countdown where it was still closed.
element.firstElementChild.addEventListener("compose", async () => {
  if (!props.value || stream) {
    if (opening) return;
    const wasOpen = Boolean(stream);
    opening = open();
    const opened = await opening.finally(() => { opening = null; });
    if (!opened) return;
    if (!wasOpen) await countDown();
    if (!stream) return;
    keep(drawn(video, video.videoWidth, video.videoHeight));
  }
  trigger("picture");
});
element.firstElementChild.addEventListener("take", async event => {
  if (await take(await (await fetch(event.detail)).blob())) trigger("picture");
});
watch("texts", write);
write();
