// The picture with its faces. The value is HTML; what has data-face asks for a song of that face, or of all.
const place = element.firstElementChild;
const fill = () => { place.innerHTML = props.value || ""; };
place.addEventListener("click", event => {
  const chosen = event.target.closest("[data-face]");
  if (chosen) trigger("choose", {face: chosen.dataset.face});
});
watch("value", fill);
fill();
