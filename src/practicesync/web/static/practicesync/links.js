// Links to review under the hands: accept, reject, later, and many at once by their ticks.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");

  const ticks = () => [...document.querySelectorAll(".suggestion-tick")];
  const count = () => {
    const ticked = ticks().filter((tick) => tick.checked).length;
    document.querySelectorAll("[data-ticked]").forEach((place) => {
      place.textContent = ticked ? ` (${ticked})` : "";
    });
  };

  const { begin, step } = window.deciding({
    list: "suggestions",
    open: "[data-suggestion]",
    told: count,
    keys: ({ here, press, step: walk }) => ({
      s: () => walk(1),
      a: () => press("link"),
      r: () => press("reject"),
      o: () => {
        const others = here()?.querySelector(".others");
        if (others) {
          others.open = !others.open;
        }
      },
      " ": () => here()?.querySelector(".suggestion-tick")?.click(),
    }),
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && ticks().some((tick) => tick.checked)) {
      event.preventDefault();
      document.getElementById("link-ticked")?.click();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-does="later"]')) {
      step(1);
    }
    if (event.target.closest('[data-ticks="all"]')) {
      const all = ticks().every((tick) => tick.checked);
      ticks().forEach((tick) => {
        tick.checked = !all;
      });
      count();
    }
  });
  document.addEventListener("change", (event) => event.target.matches(".suggestion-tick") && count());
  document.addEventListener("DOMContentLoaded", begin);
})();
