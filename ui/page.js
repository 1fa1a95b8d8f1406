// Runs once, when the conversation is on the page. Gradio gives: element, trigger, watch.

const box = () => document.querySelector("#question textarea");
const withMouse = window.matchMedia("(pointer: fine)").matches; // on touch screens, focus would open the keyboard
const focusBox = () => withMouse && box()?.focus();

// The page follows the answer from the moment of asking until the reader scrolls up, and again from the bottom.
const atBottom = () => window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 120;
const toBottom = () => window.scrollTo(0, document.documentElement.scrollHeight);
let following = false;
let lastTop = 0;
window.addEventListener("scroll", () => {
  if (atBottom()) following = true;
  else if (window.scrollY < lastTop) following = false;
  lastTop = window.scrollY;
}, { passive: true });
watch("value", () => {
  tellQueue();
  if (following) requestAnimationFrame(toBottom);
  requestAnimationFrame(giveBack);
});

// A refused question returns into the box, to be mended there, unless the reader has begun another one.
function giveBack() {
  const refused = element.querySelector(".exchange:has(.refused) > .question > div");
  if (!refused || !box() || box().value) return;
  box().value = refused.textContent;
  box().dispatchEvent(new Event("input", { bubbles: true }));
  if (following) requestAnimationFrame(toBottom); // the box has grown over the reason
}

// Gradio's updates close the cards that the server, which does not know better, writes as closed.
const opened = new Set();
new MutationObserver(() => {
  for (const card of [...opened].map((id) => document.getElementById(id))) if (card && !card.open) card.open = true;
}).observe(document.body, { childList: true, subtree: true, attributeFilter: ["open"] });

function openSource(id) {
  const card = document.getElementById(id);
  if (!card) return;
  following = false;
  card.open = true;
  opened.add(id);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  card.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  card.querySelector("summary").focus({ preventScroll: true });
  card.classList.remove("flash");
  void card.offsetWidth; // restarts the animation
  card.classList.add("flash");
}

// What screen readers are told beside the answers.
const spoken = Object.assign(document.createElement("div"), { className: "spoken" });
spoken.setAttribute("role", "status");
document.body.append(spoken);

// The answer's live region is silent until the answer is complete; a place in the queue is told as it changes.
let queue = "";
function tellQueue() {
  const place = element.querySelector(".queue")?.textContent ?? "";
  if (place !== queue) spoken.textContent = queue = place;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text); // not there over plain http from another machine; may be forbidden
    return true;
  } catch {
    const focused = document.activeElement;
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus({ preventScroll: true });
    return done;
  }
}

document.addEventListener("click", async (event) => {
  const target = event.target.closest(".marker, .source > summary, .copy, .retry, .example, #send, #stop, #clear");
  if (!target) return;
  if (target.matches(".marker")) {
    event.preventDefault();
    openSource(target.getAttribute("href").slice(1));
  } else if (target.matches("summary")) {
    const card = target.parentElement;
    if (card.open) opened.delete(card.id); // it is about to close
    else opened.add(card.id);
  } else if (target.matches(".copy")) {
    target.dataset.label ??= target.textContent;
    const { copy, copied: done, failed, label } = target.dataset;
    spoken.textContent = target.textContent = (await copied(copy)) ? done : failed;
    setTimeout(() => { target.textContent = label; spoken.textContent = ""; }, 1500);
  } else {
    following = true;
    if (target.matches("#clear")) opened.clear();
    if (target.matches(".retry")) element.querySelectorAll(".source").forEach((card) => opened.delete(card.id));
    if (target.matches(".example")) trigger("example", { question: target.textContent });
    if (target.matches(".retry")) trigger("retry");
    focusBox();
  }
});

// Gradio's Textbox would send on Shift+Enter too, on the Enter that ends an input method's word, and an empty box.
// While an answer is under way (an example's or a retry's too), the text waits in the box.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target !== box()) return;
  const answering = element.querySelector("[aria-busy=true]");
  const held = !box().value.trim() || (answering && !event.shiftKey);
  if (held || event.shiftKey || event.isComposing) event.stopPropagation();
  else following = true;
  if (held && !event.isComposing) event.preventDefault();
}, { capture: true });
