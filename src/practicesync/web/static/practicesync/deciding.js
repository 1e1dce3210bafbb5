// A list of questions under the hands: walk, answer, undo. Every key presses a button that is there anyway.
// `list` is its id, `open` matches those that wait for an answer, `keys` are the page's own; `told` follows each answer.
"use strict";
window.deciding = ({ list, open, keys, told }) => {
  const rows = () => [...(document.getElementById(list)?.children || [])];
  const here = () => document.activeElement?.closest(`#${list} > li`);
  const asked = []; // the rows that were answered, in the order of the answers, whichever is told first
  let taken = ""; // the answer that is being taken back: its question comes under the hands again

  const reach = (row) => {
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  };

  const following = (row) => {
    let next = row?.nextElementSibling;
    while (next && !next.matches(open)) {
      next = next.nextElementSibling;
    }
    return next;
  };

  const first = () => rows().find((row) => row.matches(open));

  const step = (by) => {
    const all = rows();
    const at = all.indexOf(here());
    const order = by > 0 ? all.slice(at + 1) : all.slice(0, Math.max(at, 0)).reverse();
    reach(order.find((row) => row.matches(open)) || (at < 0 ? first() : null));
  };

  // Whoever types faster than answers come back has the next one under the hands already.
  const press = (what) => {
    const row = here();
    const button = row?.querySelector(`[data-does="${what}"]`);
    if (button && !button.disabled && row.getAttribute("aria-busy") !== "true") {
      button.click();
      reach(following(row));
    }
  };

  const undo = () => {
    while (asked.length) {
      const row = document.getElementById(asked.at(-1));
      if (row?.getAttribute("aria-busy") === "true") {
        return;
      }
      asked.pop();
      const button = row?.querySelector('[data-does="undo"]');
      if (button) {
        taken = row.id;
        button.click();
        return;
      }
    }
  };

  document.addEventListener("click", (event) => {
    const row = event.target.closest("button[type=submit]:not([data-does=undo])")?.closest(`#${list} > li`);
    if (row) {
      asked.push(row.id);
      row.setAttribute("aria-busy", "true");
    }
  });

  const all = { j: () => step(1), k: () => step(-1), u: undo, ...keys({ here, press, step }) };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) {
      return;
    }
    const target = event.target;
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox";
    const inside = event.key.startsWith("Arrow") && !here();
    const pressing = [" ", "Enter"].includes(event.key) && target.closest("button, a, summary, input");
    const opening = event.key === "Enter" && target.matches(".tick");
    if (!typing && !inside && (!pressing || opening) && all[event.key]) {
      event.preventDefault();
      all[event.key]();
    }
  });

  // An answer is told in its place, and the next question comes under the hands.
  document.addEventListener("htmx:afterSwap", (event) => {
    const row = document.getElementById(event.detail.target?.id || "");
    if (!row?.matches(`#${list} > li`)) {
      return;
    }
    if (row.id === taken || !here()) {
      taken = "";
      reach(row.matches(open) ? row : following(row) || row);
    }
    told();
  });

  return { step, begin: () => reach(first()) };
};
