// Live music: frames of the camera go to the server in memory, three times a second; the sound that follows them comes back piece by piece.
const find = selector => element.querySelector(selector);
const [video, hint, count, mood, trouble] = ["video", ".hint", ".count", ".mood", ".trouble"].map(find);
const LOOK_MS = 350, AGAIN_MS = 120, PATIENCE_MS = 60000, RETRY_MS = 500, FRAME_WIDTH = 320, FRAME_QUALITY = 0.85, RATE = 44100;
const STATES = { idle: ["start"], opening: ["stop"], playing: ["stop", "calibrate"], closing: ["stop"] };
const text = key => props.texts[key];
const chart = new Chart(find(".chart")), frame = document.createElement("canvas");
let state = "idle", camera = null, context = null, stream = null, key = "", looking = 0, run = 0, seen = null, met = false, cut = false, awaited = false, shown = "";

function become(next) {
  const focused = element.contains(document.activeElement) && document.activeElement;
  state = next;
  for (const button of element.querySelectorAll("[data-tool]")) button.hidden = !STATES[next].includes(button.dataset.tool);
  find("[data-tool=stop]").textContent = text(next === "closing" ? "stop_now" : "stop");
  video.hidden = !camera;
  hint.hidden = Boolean(camera);
  find(".chart").hidden = next === "idle" && !chart.points.length;
  // Who pressed a button that has gone goes on with the one in its place.
  if (focused?.hidden) find(".main:not([hidden])").focus();
}

// Said only where it changes: what is read out should not repeat itself.
function say(key, values = {}) {
  const words = key && text(key).replace(/[{](\w+)[}]/g, (_, name) => values[name]);
  if (words !== shown) mood.textContent = shown = words;
}

function complain(sentence) {
  trouble.textContent = sentence;
}

// Who goes another way leaves the stage. The panel is around it only once the page stands.
const leave = new MutationObserver(([change]) => { if (change.target.hidden && ["opening", "playing"].includes(state)) stop(); });

// The press of the button is what allows sound: the context is made in it. Who stops before all is ready is not kept waiting, and
// what comes afterwards, such as a camera that is allowed late, is let go.
async function start() {
  if (state !== "idle") return;
  const mine = ++run;
  leave.observe(document.getElementById("panel-live"), { attributeFilter: ["hidden"] });
  become("opening");
  complain("");
  chart.clear();
  met = cut = false;
  document.querySelector("#player audio")?.pause();
  context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
  try {
    const running = context.resume();
    say("asking");
    const opened = await openCamera(video);
    if (mine !== run) return closeCamera(opened);
    camera = opened;
    camera.getVideoTracks()[0].addEventListener("ended", () => { if (camera === opened) complain(text("none")); });
    await running;
    if (mine !== run) return;
    say("starting");
    trigger("start");
  } catch (error) {
    if (mine !== run) return;
    finish();
    complain(text(error instanceof Trouble ? error.message : "broken"));
  }
}

// The server has begun; look first, so that the music begins in the mood of the face.
async function begin() {
  if (state !== "opening" || !camera) return;
  const mine = run;
  if (props.session.refusal) {
    finish();
    return complain(props.session.refusal);
  }
  key = props.session.key;
  try {
    await look();
    if (mine !== run) return;
    stream = new Stream(context, () => insist("pull"), (bar, time) => chart.bar(time), ended);
    become("playing");
    watchFace();
    await stream.fill();
  } catch (error) {
    if (mine !== run) return;
    finish();
    complain(error.refusal || text("broken"));
  }
}

async function ask(what, ...more) {
  const answer = await server[what]([key, ...more]);
  if (answer.refusal) throw Object.assign(new Error(answer.refusal), { refusal: answer.refusal });
  return answer;
}

// Who is cut off for a while does not lose the music: on the server it stands still, and goes on from there.
async function insist(what) {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      const answer = await ask(what);
      if (cut) tell();
      cut = false;
      return answer;
    } catch (error) {
      if (error.refusal || performance.now() > until) throw error;
      cut = true;
      say("cut_off");
      await new Promise(done => setTimeout(done, RETRY_MS));
    }
  }
}

async function look() {
  frame.width = FRAME_WIDTH;
  frame.height = Math.round(FRAME_WIDTH * video.videoHeight / video.videoWidth) || 240;
  const pen = frame.getContext("2d"), mine = run;
  // A camera that was pulled out leaves its last picture, which is nobody's face any more.
  if (camera.getVideoTracks()[0].readyState === "live") pen.drawImage(video, 0, 0, frame.width, frame.height);
  const answer = await ask("look", frame.toDataURL("image/jpeg", FRAME_QUALITY));
  if (mine !== run) return;
  seen = answer;
  met ||= seen.face === "seen";
  chart.add(context.currentTime, seen);
  chart.draw(context.currentTime);
  tell();
}

// What speaks for another emotion is looked at again at once.
async function watchFace() {
  const mine = ++looking;
  while (mine === looking && state !== "idle") {
    const began = performance.now();
    try {
      await look();
    } catch {
      // One frame that was lost is none to speak of; where all is lost, the sound says so.
    }
    const pause = seen?.doubted ? AGAIN_MS : LOOK_MS;
    await new Promise(done => setTimeout(done, Math.max(20, pause - (performance.now() - began))));
  }
}

function tell() {
  const { face, emotion, calibrating_s, calibrated } = seen;
  count.hidden = !calibrating_s;
  count.textContent = Math.ceil(calibrating_s);
  find("[data-tool=calibrate]").ariaDisabled = calibrating_s > 0;
  find(".chart").ariaLabel = text("chart").replace("{emotion}", text(emotion)).replace("{valence}", seen.valence.toFixed(1)).replace("{arousal}", seen.arousal.toFixed(1));
  if (state === "closing") return say("closing");
  if (calibrating_s) say("calibrating");
  else if (face === "away") say(met ? "away" : "nobody");
  else say(calibrated ? "follows_calibrated" : "follows", { emotion: text(emotion) });
}

// The first press brings the music to its close; the second one is impatient. What has not begun yet has no close.
async function stop() {
  if (state === "opening") return finish();
  if (state === "closing") return stream?.halt();
  become("closing");
  say("closing");
  try {
    await insist("close");
  } catch (error) {
    stream?.end(error);
  }
}

function calibrate() {
  if (!seen?.calibrating_s) ask("calibrate").catch(error => complain(error.refusal || text("broken")));
}

// What was played is laid aside first, so that new music may begin before its song is there. Music that the server has ended waits
// there, too.
async function ended(error) {
  if (!error) await insist("rest").catch(trouble => { error = trouble; });
  finish();
  if (error) complain(error.refusal || text("broken"));
  if (error && !error.refusal) return;
  awaited = true;
  trigger("finish");
}

// A song that plays as it appears does so in silence only: music that was begun anew meanwhile goes first.
document.addEventListener("play", event => {
  if (!awaited || !event.target.matches?.("#player audio")) return;
  awaited = false;
  if (state !== "idle") event.target.pause();
}, true);

function finish() {
  closeCamera(camera);
  [camera, stream, seen, key] = [null, null, null, ""];
  looking += 1;
  run += 1;
  if (context && context.state !== "closed") context.close();
  count.hidden = true;
  become("idle");
  say("");
}

// Some systems hold the sound of a page that is hidden.
document.addEventListener("visibilitychange", () => { if (!document.hidden && context?.state !== "closed") context?.resume(); });

function write() {
  hint.textContent = text("stage_hint");
  video.ariaLabel = text("live_alt");
  for (const button of element.querySelectorAll("[data-tool]")) button.textContent = text(button.dataset.tool);
  for (const axis of ["valence", "arousal"]) find(`.legend .${axis}`).textContent = text(axis);
  find(".legend .seconds").textContent = text("last_minute");
  become(state);
}

const tools = { start, stop, calibrate };
find(".tools").addEventListener("click", event => tools[event.target.dataset?.tool]?.());
takeDrops(find(".view"), () => {}); // the music would end with the page
watch("session", begin);
watch("texts", write);
write();
