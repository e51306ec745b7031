// Songs without a camera: pictures to try, and emotions by name. The value is {pictures: [{name, url}], emotions: [name]}.
const place = element.firstElementChild, choose = asker("choose");

function button(kind, name, url) {
  const made = document.createElement("button");
  made.type = "button";
  [made.dataset.kind, made.dataset.start] = [kind, url || name];
  if (url) {
    const image = document.createElement("img");
    [image.src, image.alt] = [url, ""];
    made.append(image);
  }
  made.append(props.texts[name] || name);
  return made;
}

function fill() {
  place.replaceChildren(
    ...props.value.pictures.map(({name, url}) => button("picture", name, url)),
    ...props.value.emotions.map(name => button("emotion", name)),
  );
}
place.addEventListener("click", event => {
  if (event.detail > 1) return; // the second click of two asks for nothing new
  const {kind, start} = event.target.closest("button")?.dataset || {};
  if (kind === "picture") document.querySelector("#camera .view").dispatchEvent(new CustomEvent("take", {detail: start}));
  if (kind === "emotion") choose({emotion: start});
});
watch("texts", fill);
fill();
