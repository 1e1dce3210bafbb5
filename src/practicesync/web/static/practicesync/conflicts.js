// Conflicts under the hands: the register's or XPM's by an arrow, many at once by their ticks.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const form = document.getElementById("answers");

  const ticks = () => [...document.querySelectorAll("#conflicts .tick")];
  const count = () => {
    const ticked = ticks().filter((tick) => tick.checked).length;
    document.querySelectorAll("[data-ticked]").forEach((place) => {
      place.textContent = ticked ? `${ticked} ticked` : "";
    });
    document.querySelectorAll("[data-needs-tick]").forEach((button) => {
      button.disabled = ticked === 0;
    });
    const all = form?.querySelector("[data-ticks=all]");
    if (all) {
      all.checked = ticked > 0 && ticked === ticks().length;
    }
  };

  const { begin } = window.deciding({
    list: "conflicts",
    open: "[data-conflict]",
    told: count,
    keys: ({ here, press }) => ({
      ArrowRight: () => press("push"),
      ArrowLeft: () => press("pull"),
      x: () => press("hold"),
      " ": () => here()?.querySelector(".tick")?.click(),
      Enter: () => here()?.querySelector(".opener")?.click(),
    }),
  });

  form?.addEventListener("change", (event) => {
    if (event.target.matches("[data-ticks=all]")) {
      ticks().forEach((tick) => {
        tick.checked = event.target.checked;
      });
    }
    count();
  });

  document.querySelectorAll("#filters .filter").forEach((each) => each.addEventListener("change", () => each.form.requestSubmit()));
  count();
  if (document.activeElement === document.body) {
    begin();
  }
})();
