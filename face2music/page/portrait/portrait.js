// The picture with its faces. The value is HTML; what has data-face asks for a song of that face, or of all.
const place = element.firstElementChild, choose = asker("choose");
// The pressed button is exchanged with the rest: its successor takes over the keyboard.
function fill() {
  const face = place.contains(document.activeElement) ? document.activeElement.dataset.face : "";
  place.innerHTML = props.value || "";
  if (face) place.querySelector(`button[data-face="${face}"]`)?.focus();
}
place.addEventListener("click", event => {
  const chosen = event.target.closest("[data-face]");
  if (chosen && event.detail < 2) // the second click of two asks for nothing new
    choose({face: chosen.dataset.face});
});
watch("value", fill);
fill();
