// Once the page is there: the link of a song by which the visitor came (who comes without one asks for nothing, and sees no
// progress), and what its foot lacks.
let opener = null;

// The views that the foot opens are closed by a key, too, and leave the visitor where they were opened.
function close({key}) {
  const behind = document.querySelector(".api-docs > .backdrop");
  if (key !== "Escape" || !behind) return;
  behind.click();
  opener?.focus();
}

// A button of Gradio's own asks for nothing new by the second click of two.
document.addEventListener("click", event => {
  if (event.detail > 1 && event.target.closest?.(".once")) event.stopImmediatePropagation();
}, true);

setTimeout(() => {
  const link = new URLSearchParams(location.search).get("song");
  if (link) trigger("followed", {link});
  const foot = document.querySelector("footer");
  if (!foot) return; // Gradio may leave it out
  foot.ariaLabel = props.texts.foot;
  foot.addEventListener("click", event => { opener = event.target.closest("button"); });
  document.addEventListener("keydown", close);
});
