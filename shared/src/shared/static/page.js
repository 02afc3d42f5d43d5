// Refreshes the state every few seconds: only while the page is seen, until the reader pauses it. A reader who asked
// for less motion starts it with the button. Assistive technology hears the verdict only when it changes.
(() => {
  const state = document.getElementById("state");
  const button = document.getElementById("refresh");
  if (!state || !button) return;

  const seconds = Number(state.dataset.seconds);
  let paused = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  const show = () => {
    button.textContent = paused ? button.dataset.resume : button.dataset.pause;
  };

  button.addEventListener("click", () => {
    paused = !paused;
    show();
    if (!paused) htmx.trigger(state, "refresh");
  });

  state.addEventListener("htmx:afterSwap", () => {
    const said = document.getElementById("verdict-words");
    const fresh = document.getElementById("fresh-verdict");
    if (!said || !fresh || said.textContent === fresh.dataset.words) return;
    said.textContent = fresh.dataset.words;
    const verdict = document.getElementById("verdict");
    verdict.dataset.well = fresh.dataset.well;
    for (const mark of verdict.querySelectorAll("[data-when]")) {
      mark.toggleAttribute("hidden", mark.dataset.when !== fresh.dataset.well);
    }
  });

  button.hidden = false;
  show();
  setInterval(() => {
    if (!paused && !document.hidden) htmx.trigger(state, "refresh");
  }, seconds * 1000);
})();
