// The sync screen under the hands: the footer counts what will happen.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const form = document.getElementById("sync");
  if (!form) {
    return;
  }
  const CALLS_A_RECORD = 2; // a read just before the write, and the write
  const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  const { rows, choice, show } = window.choices(form, () => {
    const pushed = rows.filter((row) => choice(row) === "push");
    const pulls = rows.filter((row) => choice(row) === "pull").length;
    const records = new Set(pushed.map((row) => row.dataset.record));
    const count = pushed.length + pulls;
    const send = document.getElementById("send");
    const calls = plural(records.size * CALLS_A_RECORD, "call");
    send.textContent = count ? `Sync: ${pushed.length} to XPM, ${pulls} to register · ${calls}` : "Sync";
    send.disabled = count === 0;
    document.getElementById("chosen").textContent = `${count} of ${rows.length} chosen`;
  });
  show();
})();
