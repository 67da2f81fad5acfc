/* Sending forms: once, without empty fields in an address, and filters by themselves. */
"use strict";

/* Enter sends no form that changes something: a field is left by Tab, and what is done is done by its button. Where nothing is
   decided (signing in, a password, a reason to look) the form says data-enter. */
document.addEventListener("keydown", (event) => {
  const { target: field } = event;
  if (event.key !== "Enter" || event.isComposing || !field.matches?.("input")) return;
  const form = field.form;
  if (!form || form.method !== "post" || "enter" in form.dataset || ["submit", "button", "image", "reset", "file"].includes(field.type)) return;
  event.preventDefault();
});

/* A form is sent once. Forms that answer with a file stay on the page: mark them data-repeatable. */
const buttonsOf = (form) => all("button:not([type=button]), input[type=submit]", form);

function hold(form) {
  for (const button of buttonsOf(form)) {
    if (button.disabled) continue;
    button.disabled = true;
    button.dataset.held = "1";
  }
}

function release(root = document) {
  for (const button of all("[data-held]", root)) {
    button.disabled = false;
    button.removeAttribute("data-held");
    button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || "repeatable" in form.dataset) return;
  event.submitter?.setAttribute("aria-busy", "true");
  // After this turn: a button disabled now would not send its own name and value.
  setTimeout(() => hold(form));
});

addEventListener("pageshow", (event) => event.persisted && release());

/* Filters answer as soon as a choice is made; the search box waits for Enter, and what is unfolded for its button. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto-submit]");
  if (form && !event.target.closest(".filter-more") && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
});

document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[method=get]")) return;
  for (const [key, value] of [...event.formData]) if (value === "") event.formData.delete(key);
});
