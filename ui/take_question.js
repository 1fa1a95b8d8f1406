// Runs when a question is sent, before the server gets it: empties the box at once, so that no later keystroke is lost.
(question, saved) => {
  const box = document.querySelector("#question textarea");
  box.value = "";
  box.dispatchEvent(new Event("input", { bubbles: true }));
  return [question, saved];
}
