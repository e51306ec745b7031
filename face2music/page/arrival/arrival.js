// The link of a song by which the visitor came; who comes without one asks for nothing, and sees no progress.
const link = new URLSearchParams(location.search).get("song");
if (link) setTimeout(() => trigger("followed", {link}));
