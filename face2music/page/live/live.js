// HTML whose changes are read out: the frame stays, only what is in it is exchanged. While the next is made, what is being done
// stands in its place, in the visitor's language, which Gradio's own words for it are not; a style sheet may show it elsewhere, too.
const place = element.firstElementChild;
place.setAttribute("role", "status");
place.innerHTML = '<div class="said"></div><p class="busy" hidden></p>';
const [said, busy] = place.children;
let block = null;
const fill = () => { said.innerHTML = props.value || ""; };

function follow() {
  const tracker = block?.querySelector('[data-testid="status-tracker"]');
  const goesOn = Boolean(tracker) && !tracker.classList.contains("hide") && !tracker.querySelector(".error");
  const queue = tracker?.querySelector(".progress-text")?.textContent.match(/queue: (\d+)\/(\d+)/);
  const text = queue ? props.texts.waiting.replace("{place}", queue[1]).replace("{size}", queue[2]) : props.texts.doing;
  if (busy.hidden === goesOn) busy.hidden = !goesOn;
  if (busy.textContent === text) return;
  busy.textContent = text;
  if (block) document.documentElement.style.setProperty(`--doing-${block.id}`, JSON.stringify(text));
}

watch("value", fill);
watch("texts", follow);
fill();
(function whenReady() {
  block = element.closest(".block");
  if (!block) return requestAnimationFrame(whenReady);
  new MutationObserver(follow).observe(block, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["class"] });
  follow();
})();
