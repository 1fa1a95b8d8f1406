// Runs once, when the heading is on the page. Gradio gives: element, watch.

// The page's language and tab title are those of its heading, which the server writes in the reader's language.
watch("value", () => {
  const title = element.querySelector("h1");
  document.documentElement.lang = title.lang;
  document.title = title.textContent;
});
