// The plan under the hands: the foot counts what is ticked, and the calls that it takes.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const BATCH = 20; // so many clients are written after one guarding read
  const FEW = 3; // up to so many are read one by one
  const form = document.getElementById("plan");
  const grouped = (count) => count.toLocaleString("en-NZ");

  const calls = (pushed) => {
    const records = new Set(pushed.map((row) => row.dataset.record));
    const own = new Set(pushed.filter((row) => !row.dataset.part).map((row) => row.dataset.client)).size;
    const owners = new Set(pushed.filter((row) => row.dataset.part).map((row) => row.dataset.client)).size;
    const first = own <= FEW ? own : 1;
    return records.size + first + Math.ceil((own - first) / BATCH) + owners;
  };

  const { rows, choice, open, choose, show } = window.choices(form, () => {
    const pushed = rows.filter((row) => choice(row) === "push");
    const pulled = rows.filter((row) => choice(row) === "pull");
    const count = pushed.length + pulled.length;
    const told = document.getElementById("ticked");
    if (told) {
      told.textContent = count
        ? `Ticked: ${grouped(pushed.length)} to XPM, ${grouped(pulled.length)} to the register · ${grouped(calls(pushed))} calls`
        : "";
    }
    const button = document.getElementById("review");
    if (button) {
      button.disabled = count === 0;
      button.textContent = count ? `Review ${grouped(count)} ticked` : "Review what is ticked";
    }
    const all = form?.querySelector("[data-ticks=all]");
    if (all) {
      all.checked = count > 0 && rows.every((row) => choice(row) !== "leave" || !open(row).includes(row.dataset.proposed));
    }
  });

  form?.querySelector("[data-ticks=all]")?.addEventListener("change", (event) => {
    const on = event.target.checked;
    rows.forEach((row) => choose(row, on ? row.dataset.proposed : "leave"));
  });
  document.querySelectorAll("#filters .filter").forEach((each) => each.addEventListener("change", () => each.form.requestSubmit()));
  show();
})();
