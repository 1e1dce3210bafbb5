// Import from other system: the panel takes the focus, and Create is grey until all that is needed is there.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");

  const form = () => document.getElementById("import");

  // A field is asked for by some kinds of client alone.
  const show = (of, kind) => {
    of.querySelectorAll(".detail").forEach((field) => {
      field.hidden = !field.dataset.kinds.split(" ").includes(kind);
    });
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
    document.querySelectorAll("[data-kinded]").forEach((row) => show(row, row.querySelector(".kind").value));
    const of = form();
    if (!of) {
      return;
    }
    const kind = of.querySelector("#kind").value;
    show(of, kind);
    document.getElementById("companies-register")?.toggleAttribute("hidden", kind !== "company");
    const [fields, parties] = missing(of);
    of.querySelector("#create").disabled = fields + parties > 0 || of.hasAttribute("data-gone");
    of.querySelector("#left").textContent = told(fields, parties);
  };

  // What is ticked in the panel stays chosen while another search is made.
  const choosing = () => document.getElementById("remote-kept");

  const keep = (tick) => {
    choosing().querySelector(`input[value="${tick.value}"]`)?.remove();
    if (tick.checked) {
      const kept = document.createElement("input");
      Object.assign(kept, { type: "hidden", name: "mirror", value: tick.value });
      choosing().append(kept);
    }
  };

  const count = () => {
    if (!choosing()) {
      return;
    }
    document.querySelectorAll(".remote-tick:not(:disabled)").forEach((tick) => {
      tick.checked = choosing().querySelector(`input[value="${tick.value}"]`) !== null;
    });
    const number = choosing().children.length;
    document.getElementById("remote-chosen").textContent = number ? `${number} chosen` : "Tick several to import them in one go.";
    document.getElementById("remote-many").disabled = number === 0;
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches(".remote-tick")) {
      keep(event.target);
      count();
    }
  });

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
    count();
    if (event.target.id === "panel") {
      event.target.querySelector("#remote-q")?.focus();
    }
  });
  weigh();
  document.querySelectorAll(".remote-tick:checked").forEach(keep);
  count();
})();
