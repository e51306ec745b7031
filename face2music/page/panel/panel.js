// What Gradio's own fields lack: names in the visitor's language, no stop for the keyboard at a list that closes as it comes, a length
// that counts when it is set by keys, not by a pointer alone, and a seed that is kept when it is given, also where it was pasted.
const RESTS_MS = 300;
const panel = document.querySelector("#wishes");
let resting = 0;

panel.addEventListener("keyup", event => {
  const field = event.target, set = field.type === "range" ? /^(Arrow|Page|Home|End)/ : /^Enter$/;
  if (!field.closest("#wish-length") || !set.test(event.key)) return;
  clearTimeout(resting);
  resting = setTimeout(() => field.dispatchEvent(new PointerEvent("pointerup", {bubbles: true})), RESTS_MS);
});

// Not before Gradio has taken what was typed, or it would write the old seed back.
panel.addEventListener("input", event => {
  if (!event.target.closest("#wish-seed")) return;
  const keep = panel.querySelector("#wish-keep input");
  setTimeout(() => { if (!keep.checked) keep.click(); });
});

function mend() {
  for (const field of panel.querySelectorAll("#wish-length input")) {
    const name = panel.querySelector("#wish-length label span");
    name.id = "wish-length-name";
    field.setAttribute("aria-labelledby", name.id);
  }
  // A list that scrolls is a stop of its own in Chromium; it is moved through from its field.
  for (const list of panel.querySelectorAll("[role=listbox]")) list.tabIndex = -1;
  for (const token of panel.querySelectorAll(".token")) {
    token.querySelector(".token-remove").ariaLabel = props.texts.remove.replace("{name}", token.firstElementChild.textContent.trim());
  }
}

new MutationObserver(mend).observe(panel, {childList: true, subtree: true, characterData: true});
mend();
