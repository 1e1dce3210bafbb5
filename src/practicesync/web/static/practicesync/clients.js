// The Clients list under the hands: j and k walk, Enter or a tick opens the panel, Esc closes it.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");

  // Asked for each time: going back and forward puts another panel in its place.
  const panelNow = () => document.getElementById("panel");
  const openers = () => [...document.querySelectorAll("#list .opener")];

  const mark = (id) => {
    document.querySelectorAll("#list tr[data-client]").forEach((row) => {
      const open = row.dataset.client === id;
      row.classList.toggle("open", open);
      row.querySelector(".tick").checked = open;
    });
  };

  const close = () => {
    const panel = panelNow();
    if (!panel || !panel.firstElementChild) {
      return;
    }
    const id = panel.querySelector("[data-client]")?.dataset.client;
    const address = panel.querySelector(".panel-close")?.getAttribute("href") || panel.dataset.closed;
    panel.replaceChildren();
    mark(null);
    history.pushState({ htmx: true }, "", address);
    document.querySelector(`#list tr[data-client="${id}"] .opener`)?.focus();
  };

  const step = (by) => {
    const all = openers();
    const at = all.indexOf(document.activeElement?.closest("tr")?.querySelector(".opener"));
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) {
      return;
    }
    if (event.key === "Escape" && !document.querySelector("details.menu[open]")) {
      close();
    }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox") {
      return;
    }
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      step(event.key === "j" ? 1 : -1);
    } else if (event.key === "Enter" && event.target.matches(".tick")) {
      event.preventDefault();
      event.target.closest("tr").querySelector(".opener").click();
    }
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("#list .tick")) {
      return;
    }
    if (event.target.checked) {
      event.target.closest("tr").querySelector(".opener").click();
    } else {
      close();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("#panel .panel-close")) {
      event.preventDefault();
      close();
    }
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const panel = panelNow();
    mark(panel?.querySelector("[data-client]")?.dataset.client || null);
    if (panel && event.target === panel && event.detail.requestConfig?.triggeringEvent?.type === "click") {
      panel.querySelector("#client-name")?.focus();
    }
  });
})();
