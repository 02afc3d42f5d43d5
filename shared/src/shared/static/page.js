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

// Gives the cells of our chart tables the sizes that charts.css draws by: shares of the greatest value, from zero.
// Set from here because the page allows no style that stands inline; without this they are plain tables.
(() => {
  const draw = (chart) => {
    const rows = [...chart.querySelectorAll("tbody tr")];
    const values = rows.map((row) => [...row.querySelectorAll("td")].map((cell) => Number(cell.dataset.value) || 0));
    const greatest = Math.max(...values.flat(), Number.MIN_VALUE);
    rows.forEach((row, place) => {
      row.querySelectorAll("td").forEach((cell, series) => {
        const share = values[place][series] / greatest;
        cell.style.setProperty("--size", String(share));
        cell.style.setProperty("--end", String(share));
        cell.style.setProperty("--start", String(place ? values[place - 1][series] / greatest : share));
      });
    });
    chart.querySelector("table").classList.add("charts-css");
    chart.dataset.drawn = "";
  };

  const drawAll = (within) => {
    const charts = within.querySelectorAll("figure[data-chart]:not([data-drawn])");
    if (!charts.length) return;
    const drawing = document.getElementById("charts-css");
    if (drawing) return charts.forEach(draw);
    const sheet = document.createElement("link");
    Object.assign(sheet, { id: "charts-css", rel: "stylesheet", href: charts[0].dataset.sheet });
    sheet.addEventListener("load", () => charts.forEach(draw));
    document.head.prepend(sheet); // before our own, so that ours decides
  };

  drawAll(document);
  document.addEventListener("htmx:load", (event) => drawAll(event.target.parentElement || document));
})();
