/* 薪报: fields of long forms. A tick opens the fields it asks for (data-opens-with); the line above folded fields says what stands in
   them (data-says); Enter moves on to the next field of a form whose sending is asked about first. */
"use strict";

(() => {
  const reachable = (field) => !field.disabled && field.type !== "hidden" && field.type !== "fieldset" && field.tabIndex >= 0 && field.getClientRects().length && !field.closest("details:not([open])");

  function next(form, field) {
    const fields = [...form.elements].filter(reachable);
    return fields[fields.indexOf(field) + 1];
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented) return;
    const field = event.target;
    if (!field.matches("form input, form select") || !field.form.elements.namedItem("asks_first")) return;
    if (["submit", "button", "reset", "file", "image"].includes(field.type) || field.hasAttribute("aria-activedescendant")) return;
    event.preventDefault();
    const following = next(field.form, field);
    if (!following) return;
    following.focus();
    if (following.matches("input:not([type=checkbox]):not([type=radio])")) following.select?.();
  });

  document.addEventListener("change", (event) => {
    if (!event.target.id) return;
    for (const fold of all(`[data-opens-with="${event.target.id}"]`)) fold.open = event.target.checked;
  });

  document.addEventListener("toggle", (event) => {
    const said = one("[data-says]", event.target);
    if (!said) return;
    const field = event.target.closest("form").elements.namedItem(said.dataset.says);
    said.textContent = field.value.trim() || "未填写";
  }, true);

  // What the browser kept may have been put back into folded fields.
  document.addEventListener("xinbao:restored", () => {
    for (const fold of all("[data-opens-with]")) {
      const tick = document.getElementById(fold.dataset.opensWith);
      if (tick?.checked) fold.open = true;
    }
    for (const said of all("details [data-says]")) {
      const name = said.closest("form").elements.namedItem(said.dataset.says).value.trim();
      if (name !== said.textContent.trim()) said.closest("details").open = true;
    }
  });
})();
