// Arrow keys in a week: up and down within the day, left and right to the nearest day that has something, at about the
// same time. Every link stays reachable by Tab, with or without this.
(() => {
  const links = (day) => [...day.querySelectorAll("li > a")];

  const beside = (days, from, step, place) => {
    for (let each = from + step; each >= 0 && each < days.length; each += step) {
      const found = links(days[each]);
      if (found.length) return found[Math.min(place, found.length - 1)];
    }
    return null;
  };

  for (const week of document.querySelectorAll("[data-arrows]")) {
    week.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const link = event.target.closest("li > a");
      if (!link) return;
      const days = [...week.querySelectorAll(".day")];
      const day = days.indexOf(link.closest(".day"));
      const here = links(days[day]);
      const place = here.indexOf(link);
      const next = {
        ArrowDown: () => here[place + 1],
        ArrowUp: () => here[place - 1],
        ArrowRight: () => beside(days, day, 1, place),
        ArrowLeft: () => beside(days, day, -1, place),
        Home: () => here[0],
        End: () => here[here.length - 1],
      }[event.key];
      if (!next) return;
      event.preventDefault();
      (next() || link).focus();
    });
  }
})();
