/* 薪报: a suggestion fills the form. `data-fill` holds {"field": "value"}; fields the reader cannot choose are left. */
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-fill]");
  if (!button) return;
  const form = button.closest("form");
  for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) {
    const field = form.elements.namedItem(name);
    if (!field || (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value))) continue;
    field.value = value;
  }
  const place = button.closest("[aria-live]");
  place.replaceChildren();
  // Autosave hears it as typing; the suggestion box, which waits for its own field, does not.
  form.dispatchEvent(new Event("change", { bubbles: true }));
  form.elements.namedItem("stated_workers")?.focus();
});
