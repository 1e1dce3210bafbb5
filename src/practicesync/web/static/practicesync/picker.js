// A box with a list under it that is asked for while one types (WAI-ARIA Authoring Practices, "Combobox Pattern").
//
// [data-combobox] holds an input and [data-picker-pop]; data-address, to which the words are added, gives the list. An
// option with data-ref is chosen into [data-picker-ref], and "picked" is told; one with data-goes is gone to.
"use strict";
(() => {
  const DELAY = 150;
  const states = new WeakMap();

  const parts = (root) => ({
    input: root.querySelector("input:not([type=hidden])"),
    pop: root.querySelector("[data-picker-pop]"),
    ref: root.querySelector("[data-picker-ref]"),
    chosen: root.querySelector("[data-picker-chosen]"),
    said: root.querySelector("[data-picker-said]"),
  });
  const state = (root) => {
    if (!states.has(root)) {
      states.set(root, { timer: 0, asked: null, active: null });
    }
    return states.get(root);
  };
  const rootOf = (element) => element.closest?.("[data-combobox]");
  const options = (root) => [...root.querySelectorAll("[data-picker-pop] [role=option]")];
  const isOpen = (root) => !parts(root).pop.hidden;

  const prepare = (root) => {
    if (root.classList.contains("combobox-live")) {
      return;
    }
    root.classList.add("combobox-live");
    const { input } = parts(root);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", `${root.dataset.list}-list`);
  };

  const activate = (root, option) => {
    const { input } = parts(root);
    options(root).forEach((each) => {
      each.classList.toggle("active", each === option);
      each.setAttribute("aria-selected", String(each === option));
    });
    state(root).active = option;
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  };

  const close = (root) => {
    const { input, pop, said } = parts(root);
    const own = state(root);
    clearTimeout(own.timer);
    own.asked?.abort();
    own.asked = null;
    activate(root, null);
    pop.hidden = true;
    said.textContent = "";
    input.setAttribute("aria-expanded", "false");
  };

  const show = (root, text) => {
    const { input, pop, said } = parts(root);
    pop.innerHTML = text;
    pop.hidden = false;
    state(root).active = null;
    input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-expanded", String(options(root).length > 0));
    said.textContent = pop.querySelector("[data-said]")?.textContent || "";
  };

  const ask = async (root) => {
    const { input } = parts(root);
    const own = state(root);
    own.asked?.abort();
    const asked = new AbortController();
    own.asked = asked;
    // A choice that stands in the box is no search: opening it again shows the lists from their beginning.
    const words = parts(root).ref?.value ? "" : input.value;
    try {
      const answer = await fetch(root.dataset.address + encodeURIComponent(words), {
        signal: asked.signal,
        headers: { "HX-Request": "true" },
        redirect: "error",
      });
      const text = await answer.text();
      if (own.asked === asked) {
        show(root, answer.ok ? text : '<p class="picker-none">The list cannot be shown. Reload the page.</p>');
      }
    } catch (problem) {
      if (problem.name !== "AbortError" && own.asked === asked) {
        show(root, '<p class="picker-none">The list cannot be shown. Reload the page, then try again.</p>');
      }
    }
  };

  const askSoon = (root) => {
    const own = state(root);
    clearTimeout(own.timer);
    own.timer = setTimeout(() => ask(root), DELAY);
  };

  const choose = (root, option) => {
    const { input, ref, chosen } = parts(root);
    if (option.dataset.opensTab) {
      close(root);
      window.open(option.dataset.opensTab, "_blank", "noopener");
      return;
    }
    if (option.dataset.goes) {
      close(root);
      window.location.assign(option.dataset.goes);
      return;
    }
    input.value = option.dataset.name;
    input.removeAttribute("aria-invalid");
    input.classList.remove("is-invalid");
    ref.value = option.dataset.ref;
    chosen.replaceChildren(...[...option.querySelector(".picker-told").childNodes].map((node) => node.cloneNode(true)));
    close(root);
    root.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
  };

  const forget = (root) => {
    const { ref, chosen } = parts(root);
    if (ref?.value) {
      ref.value = "";
      chosen.replaceChildren();
      root.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
    }
  };

  const step = (root, by) => {
    const all = options(root);
    if (!all.length) {
      return;
    }
    const at = all.indexOf(state(root).active);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length;
    activate(root, all[next]);
  };

  const keys = {
    ArrowDown: (root) => (isOpen(root) ? step(root, 1) : ask(root)),
    ArrowUp: (root) => (isOpen(root) ? step(root, -1) : ask(root)),
    Enter: (root) => {
      const { active } = state(root);
      if (isOpen(root) && active) {
        choose(root, active);
        return true;
      }
      // In a form that is filled in, Enter in this box must not send what is not chosen yet.
      return root.hasAttribute("data-picks");
    },
    Escape: (root) => {
      if (!isOpen(root)) {
        return false;
      }
      close(root);
      return true;
    },
  };

  document.addEventListener("keydown", (event) => {
    const root = rootOf(event.target);
    const act = keys[event.key];
    if (!root || event.target !== parts(root).input || !act || event.isComposing || event.ctrlKey || event.metaKey) {
      return;
    }
    if (act(root) !== false) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, true);

  document.addEventListener("input", (event) => {
    const root = rootOf(event.target);
    if (root && event.target === parts(root).input) {
      forget(root);
      askSoon(root);
    }
  });

  // The mouse must not take the focus out of the box before the click is told.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-picker-pop]")) {
      event.preventDefault();
    }
  });

  document.addEventListener("click", (event) => {
    const root = rootOf(event.target);
    const option = event.target.closest("[data-picker-pop] [role=option]");
    if (root && option) {
      choose(root, option);
    } else if (root && event.target === parts(root).input && !isOpen(root) && root.hasAttribute("data-picks")) {
      ask(root);
    }
    document.querySelectorAll("[data-combobox]").forEach((other) => {
      if (other !== root && isOpen(other)) {
        close(other);
      }
    });
  });

  document.addEventListener("focusout", (event) => {
    const root = rootOf(event.target);
    if (root && !root.contains(event.relatedTarget)) {
      close(root);
    }
  });

  const prepareAll = () => document.querySelectorAll("[data-combobox]").forEach(prepare);
  prepareAll();
  document.addEventListener("htmx:load", prepareAll);
})();
