// A picture as a data URL, made in the browser: from the camera, or from a file that may be of any kind and size.
const LONGEST_SIDE = 1600, QUALITY = 0.92, MOST_BYTES = 20e6, COUNTS = 3, COUNT_MS = 800, FRAME_MS = 10_000;
const HEIC = /^.{4}ftyp.*(hei[cmsx]|hev[cmsx])/s;
const CONSTRAINTS = {video: {width: {ideal: 640}, height: {ideal: 480}, facingMode: "user"}};
const TROUBLES = {NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "none", OverconstrainedError: "none", TimeoutError: "no_frame"};

// What went wrong, by the key of its text.
class Trouble extends Error {}

// A camera that is allowed may give no picture all the same, for which the element would wait for ever.
const playing = video => Promise.race([
  video.play(),
  new Promise((_, refuse) => setTimeout(() => refuse(new DOMException("", "TimeoutError")), FRAME_MS)),
]);

// Show the camera in a video element -> its stream, to be closed.
async function openCamera(video) {
  if (!navigator.mediaDevices?.getUserMedia) throw new Trouble("insecure");
  let stream = null;
  try {
    stream = await navigator.mediaDevices.getUserMedia(CONSTRAINTS);
    video.srcObject = stream;
    await playing(video);
    return stream;
  } catch (error) {
    closeCamera(stream);
    throw new Trouble(TROUBLES[error.name] || "busy");
  }
}

const closeCamera = stream => stream?.getTracks().forEach(track => track.stop());

async function countDown(count, goesOn) {
  count.hidden = false;
  for (let n = COUNTS; n > 0 && goesOn(); n--) {
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

const snapshot = video => drawn(video, video.videoWidth, video.videoHeight);

const dataUrl = blob => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(blob);
});

async function pictureOf(blob) {
  if (!blob) throw new Trouble("no_picture");
  try {
    const picture = await createImageBitmap(blob);
    return drawn(picture, picture.width, picture.height);
  } catch {
    // What this browser cannot read, the server may, but for HEIC, which names itself in its first bytes.
    if (HEIC.test(await blob.slice(0, 64).text())) throw new Trouble("heic");
    if (blob.size > MOST_BYTES) throw new Trouble("too_large");
    return dataUrl(blob);
  }
}
