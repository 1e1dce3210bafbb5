// Import from other system: the panel takes the focus, and Create is grey until all that is needed is there.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");

  const form = () => document.getElementById("import");

  // A field is asked for by some kinds of client alone.
  const show = (of) => {
    const kind = of.querySelector("#kind").value;
    of.querySelectorAll(".detail").forEach((field) => {
      field.hidden = !field.dataset.kinds.split(" ").includes(kind);
    });
    const note = document.getElementById("companies-register");
    if (note) {
      note.hidden = kind !== "company";
    }
  };

  const missing = (of) => {
    const fields = [...of.querySelectorAll(".detail:not([hidden]) select")].filter((field) => !field.value);
    const parties = [...of.querySelectorAll("[data-party]")].filter((party) => !party.querySelector("input[type=radio]:checked"));
    return [fields.length, parties.length];
  };

  const told = (fields, parties) => {
    const words = [];
    if (fields) {
      words.push(fields === 1 ? "1 field to fill in" : `${fields} fields to fill in`);
    }
    if (parties) {
      words.push(parties === 1 ? "1 party to decide about" : `${parties} parties to decide about`);
    }
    return words.length ? `Still ${words.join(" and ")}.` : "";
  };

  const weigh = () => {
    const of = form();
    if (!of) {
      return;
    }
    show(of);
    const [fields, parties] = missing(of);
    of.querySelector("#create").disabled = fields + parties > 0 || of.hasAttribute("data-gone");
    of.querySelector("#left").textContent = told(fields, parties);
  };

  // What was wished for opens beside the menu, so the menu is done with.
  document.addEventListener("click", (event) => {
    if (event.target.closest(".wishes a")) {
      document.getElementById("wishes").removeAttribute("open");
    }
  });

  document.addEventListener("change", weigh);
  document.addEventListener("input", weigh);
  window.addEventListener("pageshow", weigh);
  document.addEventListener("htmx:afterSwap", (event) => {
    weigh();
    if (event.target.id === "panel") {
      event.target.querySelector("#remote-q")?.focus();
    }
  });
  weigh();
})();
