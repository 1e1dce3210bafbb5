// The plan under the hands: ticks stand for choices, arrows turn them, the foot counts what is ticked.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const BATCH = 20; // so many clients are written after one guarding read
  const FEW = 3; // up to so many are read one by one
  const form = document.getElementById("plan");
  const rows = form ? [...form.querySelectorAll("tr.choice")] : [];
  const grouped = (count) => count.toLocaleString("en-NZ");
  const radio = (row, value) => row.querySelector(`input[type=radio][value=${value}]`);
  const choice = (row) => row.querySelector("input[type=radio]:checked")?.value || "leave";
  const open = (row) => ["push", "pull"].filter((value) => !radio(row, value).disabled);

  const calls = (pushed) => {
    const records = new Set(pushed.map((row) => row.dataset.record));
    const own = new Set(pushed.filter((row) => !row.dataset.part).map((row) => row.dataset.client)).size;
    const owners = new Set(pushed.filter((row) => row.dataset.part).map((row) => row.dataset.client)).size;
    const first = own <= FEW ? own : 1;
    return records.size + first + Math.ceil((own - first) / BATCH) + owners;
  };

  const show = () => {
    const pushed = rows.filter((row) => choice(row) === "push");
    const pulled = rows.filter((row) => choice(row) === "pull");
    for (const row of rows) {
      row.classList.toggle("sends-push", choice(row) === "push");
      row.classList.toggle("sends-pull", choice(row) === "pull");
      row.querySelector(".tick").checked = choice(row) !== "leave";
    }
    const told = document.getElementById("ticked");
    const count = pushed.length + pulled.length;
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
  };

  const choose = (row, value) => {
    const wanted = radio(row, value);
    if (wanted && !wanted.disabled) {
      wanted.checked = true;
      show();
    }
  };

  // A tick takes the way it had, the proposed way, or the only way; where a person has to choose, the arrows are next.
  const tick = (row, on) => {
    if (!on) {
      row.dataset.last = choice(row);
      choose(row, "leave");
      return;
    }
    const ways = open(row);
    const way = [row.dataset.last, row.dataset.proposed].find((value) => ways.includes(value));
    if (way || ways.length === 1) {
      choose(row, way || ways[0]);
    } else {
      show();
      radio(row, ways[0])?.focus();
    }
  };

  form?.addEventListener("change", (event) => {
    const row = event.target.closest("tr.choice");
    if (event.target.matches("[data-ticks=all]")) {
      const on = event.target.checked;
      rows.forEach((each) => choose(each, on ? each.dataset.proposed : "leave"));
      show();
    } else if (row && event.target.matches(".tick")) {
      tick(row, event.target.checked);
    } else {
      show();
    }
  });

  form?.addEventListener("keydown", (event) => {
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
    } else if (event.key === "Enter" && event.target.type === "checkbox") {
      event.preventDefault();
      row.querySelector(".opener").click();
    }
  });

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && !["checkbox", "radio"].includes(event.target.type);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !["j", "k"].includes(event.key)) {
      return;
    }
    const places = rows.length
      ? rows.map((row) => row.querySelector(".tick")).filter((each) => !each.disabled)
      : [...document.querySelectorAll(".sheet-lines .opener")];
    const at = places.indexOf(document.activeElement?.closest("tr")?.querySelector(".tick, .opener"));
    const next = at < 0 ? 0 : at + (event.key === "j" ? 1 : -1);
    event.preventDefault();
    const reached = places[Math.min(Math.max(next, 0), places.length - 1)];
    reached?.focus();
    reached?.scrollIntoView({ block: "nearest" });
  });

  document.querySelectorAll("#filters .filter").forEach((each) => each.addEventListener("change", () => each.form.requestSubmit()));
  show();
})();
