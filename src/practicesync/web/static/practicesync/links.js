// Links to review under the hands: walk, accept, reject, undo, tick. Every key presses a button that is there anyway.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");

  const list = () => document.getElementById("suggestions");
  const open = () => [...(list()?.querySelectorAll("[data-suggestion]") || [])];
  const here = () => document.activeElement?.closest("#suggestions > li");
  let decided = [];

  const reach = (card) => {
    card?.focus({ preventScroll: true });
    card?.scrollIntoView({ block: "nearest" });
  };

  const following = (item) => {
    let next = item?.nextElementSibling;
    while (next && !next.matches("[data-suggestion]")) {
      next = next.nextElementSibling;
    }
    return next;
  };

  const step = (by) => {
    const all = open();
    const items = [...(list()?.children || [])];
    const at = items.indexOf(here());
    const order = by > 0 ? items.slice(at + 1) : items.slice(0, Math.max(at, 0)).reverse();
    reach(order.find((item) => item.matches("[data-suggestion]")) || (at < 0 ? all[0] : null));
  };

  const press = (what) => here()?.querySelector(`[data-does="${what}"]`)?.click();

  const count = () => {
    const ticked = document.querySelectorAll(".suggestion-tick:checked").length;
    document.querySelectorAll("[data-ticked]").forEach((place) => {
      place.textContent = ticked ? ` (${ticked})` : "";
    });
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

  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    s: () => step(1),
    a: () => press("link"),
    r: () => press("reject"),
    u: undo,
    o: () => {
      const others = here()?.querySelector(".others");
      if (others) {
        others.open = !others.open;
      }
    },
    " ": () => here()?.querySelector(".suggestion-tick")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && document.querySelector(".suggestion-tick:checked")) {
      event.preventDefault();
      document.getElementById("link-ticked")?.click();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) {
      return;
    }
    const target = event.target;
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox";
    const pressing = event.key === " " && target.closest("button, a, summary, input");
    if (!typing && !pressing && KEYS[event.key]) {
      event.preventDefault();
      KEYS[event.key]();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-does="later"]')) {
      step(1);
    }
    if (event.target.closest('[data-ticks="all"]')) {
      const ticks = [...document.querySelectorAll(".suggestion-tick")];
      const all = ticks.every((tick) => tick.checked);
      ticks.forEach((tick) => {
        tick.checked = !all;
      });
      count();
    }
  });
  document.addEventListener("change", (event) => event.target.matches(".suggestion-tick") && count());

  // The place of a decision is told in one line, and the next suggestion comes under the hands.
  document.addEventListener("htmx:afterSwap", (event) => {
    const id = event.detail.target?.id || "";
    const item = id.startsWith("suggestion-") && document.getElementById(id);
    if (!item) {
      return;
    }
    if (item.matches("[data-suggestion]")) {
      reach(item);
    } else {
      if (item.matches("[data-decided]")) {
        decided.push(id);
      }
      reach(following(item) || item);
    }
    count();
  });
  document.addEventListener("DOMContentLoaded", () => reach(open()[0]));
})();
