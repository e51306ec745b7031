// Files of the song, made when asked for, and the link that holds its settings.
// The value is {link, kinds: [name]}, and for a film its name and a note; `made` is {url, name} of a file that is ready.
const place = element.firstElementChild;
place.innerHTML = `
  <h3 data-text="download"></h3><div class="kinds" role="group"></div><p class="note quiet small"></p>
  <h3 data-text="share"></h3><p class="quiet small" data-text="share_hint"></p>
  <div class="link"><input readonly><button type="button"></button></div><p class="told quiet small" role="status"></p>`;
const kinds = place.querySelector(".kinds"), link = place.querySelector("input"), copy = place.querySelector(".link button");
const told = place.querySelector(".told");

function fill() {
  for (const part of place.querySelectorAll("[data-text]")) part.textContent = props.texts[part.dataset.text];
  kinds.ariaLabel = props.texts.download;
  link.ariaLabel = props.texts.share;
  copy.textContent = props.texts.copy;
  if (!props.value) return;
  kinds.replaceChildren(...props.value.kinds.map(kind => {
    const button = document.createElement("button");
    [button.type, button.dataset.kind, button.textContent] = ["button", kind, props.texts[`kind_${kind}`]];
    return button;
  }));
  place.querySelector(".note").textContent = props.value.film ? props.value.note || props.texts.clip_note : "";
  const address = new URL(location.pathname, location.href);
  address.searchParams.set("song", props.value.link);
  link.value = address;
  told.textContent = "";
}

function save() {
  if (!props.made?.url) return;
  const anchor = document.createElement("a");
  [anchor.href, anchor.download] = [props.made.url, props.made.name];
  anchor.click();
  told.textContent = props.made.name;
}

// Only the browser has the clip: what holds it sends it again.
function joinClip() {
  told.textContent = "";
  const {film, link: song} = props.value;
  document.querySelector("#clip .view").dispatchEvent(new CustomEvent("join", {detail: {film, link: song}}));
}

kinds.addEventListener("click", event => {
  const kind = event.target.dataset?.kind;
  if (!kind || event.detail > 1) return; // the second click of two asks for nothing new
  told.textContent = props.texts.making;
  if (kind === "clip") joinClip();
  else trigger("ask", {kind});
});
copy.addEventListener("click", async () => {
  link.select();
  try {
    await navigator.clipboard.writeText(link.value);
    told.textContent = props.texts.copied;
  } catch {
    told.textContent = props.texts.copy_by_hand;
  }
});
watch(["value", "texts"], fill);
watch("made", save);
fill();
