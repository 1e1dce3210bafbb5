// The sync screen under the hands: ticks stand for choices, arrows turn them, the footer counts what will happen.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const form = document.getElementById("sync");
  if (!form) {
    return;
  }
  const CALLS_A_RECORD = 2; // a read just before the write, and the write
  const rows = [...form.querySelectorAll("tr.choice")];
  const radio = (row, value) => row.querySelector(`input[type=radio][value=${value}]`);
  const choice = (row) => row.querySelector("input[type=radio]:checked")?.value || "leave";
  const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  const choose = (row, value) => {
    const wanted = radio(row, value);
    if (wanted && !wanted.disabled) {
      wanted.checked = true;
      show();
    }
  };

  const show = () => {
    const records = new Set();
    let pushes = 0;
    let pulls = 0;
    for (const row of rows) {
      const chosen = choice(row);
      row.classList.toggle("sends-push", chosen === "push");
      row.classList.toggle("sends-pull", chosen === "pull");
      row.querySelector(".tick").checked = chosen !== "leave";
      if (chosen === "push") {
        pushes += 1;
        records.add(row.dataset.record);
      } else if (chosen === "pull") {
        pulls += 1;
      }
    }
    const send = document.getElementById("send");
    const calls = plural(records.size * CALLS_A_RECORD, "call");
    send.textContent = pushes + pulls ? `Sync: ${pushes} to XPM, ${pulls} to register · ${calls}` : "Sync";
    send.disabled = pushes + pulls === 0;
    document.getElementById("chosen").textContent = `${pushes + pulls} of ${rows.length} chosen`;
  };

  // A tick takes the way it had, the proposed way, or the only way; where a person has to choose, the arrows are next.
  const tick = (row, on) => {
    if (!on) {
      row.dataset.last = choice(row);
      choose(row, "leave");
      return;
    }
    const open = ["push", "pull"].filter((value) => !radio(row, value).disabled);
    const way = [row.dataset.last, row.dataset.proposed].find((value) => open.includes(value));
    if (way || open.length === 1) {
      choose(row, way || open[0]);
    } else {
      show();
      radio(row, open[0])?.focus();
    }
  };

  form.addEventListener("change", (event) => {
    const row = event.target.closest("tr.choice");
    if (row && event.target.matches(".tick")) {
      tick(row, event.target.checked);
    } else {
      show();
    }
  });

  form.addEventListener("keydown", (event) => {
    const row = event.target.closest("tr.choice");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const way = { ArrowRight: "push", ArrowLeft: "pull" }[event.key];
    if (way) {
      event.preventDefault();
      choose(row, way);
    } else if (event.key === " " && event.target.type === "radio") {
      event.preventDefault();
      tick(row, choice(row) === "leave");
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !["j", "k"].includes(event.key)) {
      return;
    }
    const ticks = rows.map((row) => row.querySelector(".tick")).filter((each) => !each.disabled);
    const at = ticks.indexOf(document.activeElement?.closest("tr.choice")?.querySelector(".tick"));
    const next = at < 0 ? 0 : at + (event.key === "j" ? 1 : -1);
    event.preventDefault();
    ticks[Math.min(Math.max(next, 0), ticks.length - 1)]?.focus();
  });

  show();
})();
