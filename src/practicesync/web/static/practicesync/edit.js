// The edit form: choosing a kind shows its fields at once; problems are read out first.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  document.getElementById("problems")?.focus();
  const kind = document.getElementById("kind");
  kind?.addEventListener("change", () => kind.form.requestSubmit(kind.form.querySelector("button[name=again][value=kind]")));
})();
