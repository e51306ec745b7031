// What Gradio's own fields lack: names in the visitor's language, and no stop for the keyboard at a list that closes as it comes.
const panel = document.querySelector("#wishes");

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
