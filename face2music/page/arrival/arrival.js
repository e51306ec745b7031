// Once the page is there: the name of its foot in the visitor's language, and the link of a song by which the visitor came; who
// comes without one asks for nothing, and sees no progress.
setTimeout(() => {
  document.querySelector("footer").ariaLabel = props.texts.foot;
  const link = new URLSearchParams(location.search).get("song");
  if (link) trigger("followed", {link});
});
