// Keys, menus and dialogs of the frame. Everything works without this file; with it, hands stay on the keyboard.
"use strict";
(() => {
  const typing = (element) =>
    element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

  const closeMenus = (except) => {
    const open = [...document.querySelectorAll("details.menu[open]")].filter((menu) => menu !== except);
    open.forEach((menu) => menu.removeAttribute("open"));
    return open;
  };

  const find = (event) => {
    const search = document.getElementById("search");
    if (search && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      find(event);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === "Escape") {
      closeMenus().forEach((menu) => menu.querySelector("summary").focus());
      return;
    }
    if (typing(event.target) || document.querySelector("dialog[open]")) {
      return;
    }
    if (event.key === "/") {
      find(event);
    } else if (event.key === "?") {
      event.preventDefault();
      document.getElementById("keys")?.showModal();
    }
  });

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details.menu"));
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      closeMenus();
      document.getElementById(opener.dataset.opens)?.showModal();
    }
  });

  // A second click on a button that is at work would ask for the same thing twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "post" && !form.matches("[hx-post]")) {
      const button = event.submitter;
      setTimeout(() => button?.setAttribute("disabled", ""), 0);
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      document.querySelectorAll("form[method=post] button[disabled]").forEach((button) => button.removeAttribute("disabled"));
    }
  });

  // Forms carry their own token; requests that htmx makes from elsewhere take it from the page.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (event.detail.verb !== "get" && token) {
      event.detail.headers["X-CSRFToken"] = token.value;
    }
  });

  // 409 (a fresh view of what changed meanwhile) and 422 (a form with its errors) are pages to show, not failures.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ([409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
})();
