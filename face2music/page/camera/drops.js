// Files that are dropped: onto a place, or anywhere beside it while it is in sight, where the browser would open them in place of the
// page.

// place: an element, which has the class "over" while something is dragged; ondrop: a FileList -> nothing.
function takeDrops(place, ondrop) {
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, event => {
      if (!place.offsetParent || !(event.dataTransfer?.types.includes("Files") || place.contains(event.target))) return;
      event.preventDefault();
      place.classList.toggle("over", kind === "dragover");
      if (kind === "drop") ondrop(event.dataTransfer.files);
    });
  }
}
