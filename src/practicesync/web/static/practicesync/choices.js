// Rows of a plan under the hands: ticks stand for choices, arrows turn them. `told` is called after each turn.
"use strict";
window.choices = (form, told) => {
  const rows = form ? [...form.querySelectorAll("tr.choice")] : [];
  const radio = (row, value) => row.querySelector(`input[type=radio][value=${value}]`);
  const choice = (row) => row.querySelector("input[type=radio]:checked")?.value || "leave";
  const open = (row) => ["push", "pull"].filter((value) => !radio(row, value).disabled);

  const show = () => {
    for (const row of rows) {
      row.classList.toggle("sends-push", choice(row) === "push");
      row.classList.toggle("sends-pull", choice(row) === "pull");
      row.querySelector(".tick").checked = choice(row) !== "leave";
    }
    told();
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
    if (row && event.target.matches(".tick")) {
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
    } else if (event.key === "Enter" && event.target.type === "checkbox" && row.querySelector(".opener")) {
      event.preventDefault();
      row.querySelector(".opener").click();
    }
  });

  // j and k walk the ticks; where there are none to set, what opens each line.
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

  return { rows, choice, open, choose, show };
};
