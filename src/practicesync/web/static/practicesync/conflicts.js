// Conflicts under the hands: walk, answer, undo, tick. Every key presses a button that is there anyway.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const form = document.getElementById("answers");
  const list = () => document.getElementById("conflicts");
  const here = () => document.activeElement?.closest("#conflicts > li");
  const decided = [];

  const reach = (row) => {
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  };

  const following = (row) => {
    let next = row?.nextElementSibling;
    while (next && !next.matches("[data-conflict]")) {
      next = next.nextElementSibling;
    }
    return next;
  };

  const step = (by) => {
    const rows = [...(list()?.children || [])];
    const at = rows.indexOf(here());
    const order = by > 0 ? rows.slice(at + 1) : rows.slice(0, Math.max(at, 0)).reverse();
    reach(order.find((row) => row.matches("[data-conflict]")));
  };

  // Whoever types faster than answers come back has the next conflict under the hands already.
  const press = (what) => {
    const row = here();
    const button = row?.querySelector(`[data-does="${what}"]`);
    if (button && !button.disabled && row.getAttribute("aria-busy") !== "true") {
      button.click();
      row.setAttribute("aria-busy", "true");
      reach(following(row));
    }
  };

  const undo = () => {
    while (decided.length) {
      const button = document.getElementById(decided.pop())?.querySelector('[data-does="undo"]');
      if (button) {
        button.click();
        return;
      }
    }
  };

  const ticks = () => [...(list()?.querySelectorAll(".tick") || [])];
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

  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    ArrowRight: () => press("push"),
    ArrowLeft: () => press("pull"),
    x: () => press("hold"),
    u: undo,
    " ": () => here()?.querySelector(".tick")?.click(),
    Enter: () => here()?.querySelector(".opener")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) {
      return;
    }
    const target = event.target;
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox";
    const inside = event.key.startsWith("Arrow") && !here();
    const pressing = [" ", "Enter"].includes(event.key) && target.closest("button, a, summary, input");
    const opening = event.key === "Enter" && target.matches(".tick");
    if (!typing && !inside && (!pressing || opening) && KEYS[event.key]) {
      event.preventDefault();
      KEYS[event.key]();
    }
  });

  form?.addEventListener("change", (event) => {
    if (event.target.matches("[data-ticks=all]")) {
      ticks().forEach((tick) => {
        tick.checked = event.target.checked;
      });
    }
    count();
  });

  // An answer is told in its place, and the next conflict comes under the hands.
  document.addEventListener("htmx:afterSwap", (event) => {
    const id = event.detail.target?.id || "";
    const row = id.startsWith("conflict-") && document.getElementById(id);
    if (!row) {
      return;
    }
    if (row.matches("[data-decided]")) {
      decided.push(id);
    }
    if (!here()) {
      reach(following(row) || row);
    }
    count();
  });

  document.querySelectorAll("#filters .filter").forEach((each) => each.addEventListener("change", () => each.form.requestSubmit()));
  count();
  if (document.activeElement === document.body) {
    reach(list()?.querySelector("[data-conflict]"));
  }
})();
