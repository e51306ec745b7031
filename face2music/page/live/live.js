// HTML whose changes are read out: the frame stays, only what is in it is exchanged.
const place = element.firstElementChild;
place.setAttribute("role", "status");
const fill = () => { place.innerHTML = props.value || ""; };
watch("value", fill);
fill();
