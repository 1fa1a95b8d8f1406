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
  if (following) requestAnimationFrame(toBottom);
});

function openSource(id) {
  const card = document.getElementById(id);
  if (!card) return;
  following = false;
  card.open = true;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  card.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  card.querySelector("summary").focus({ preventScroll: true });
  card.classList.remove("flash");
  void card.offsetWidth; // restarts the animation
  card.classList.add("flash");
}

async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement("textarea"), { value: text }); // plain http on another machine
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

document.addEventListener("click", async (event) => {
  const target = event.target.closest(".marker, .copy, .retry, .example, #send, #stop, #clear");
  if (!target) return;
  if (target.matches(".marker")) {
    event.preventDefault();
    openSource(target.getAttribute("href").slice(1));
  } else if (target.matches(".copy")) {
    await copyText(target.dataset.copy);
    target.dataset.label ??= target.textContent;
    target.textContent = target.dataset.copied;
    setTimeout(() => { target.textContent = target.dataset.label; }, 1500);
  } else {
    following = true;
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
