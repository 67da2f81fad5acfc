/* Confirmation in a dialog: data-confirm on a button, link or form; hx-confirm goes the same way. */
"use strict";

/* A question waits for the answer to the one before: a busy browser reports a dialog as closed after the next click. */
let answered = Promise.resolve();

function ask(text, words = {}) {
  const dialog = one("#confirm");
  if (!dialog) return Promise.resolve(window.confirm(text));
  answered = answered.then(() => askIn(dialog, text, words));
  return answered;
}

function askIn(dialog, text, words) {
  one("#confirm-title").textContent = words.title || "请确认";
  one("[data-confirm-text]").textContent = text;
  one("[data-confirm-yes]").textContent = words.action || "确定";
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

const wordsOf = (element) => ({ title: element.dataset.confirmTitle, action: element.dataset.confirmAction });

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-confirm]");
  if (!link) return;
  event.preventDefault();
  if (await ask(link.dataset.confirm, wordsOf(link))) location.assign(link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const asker = event.submitter?.dataset.confirm ? event.submitter : form.dataset.confirm ? form : null;
  if (!asker || form.dataset.confirmed) {
    delete form.dataset.confirmed;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  ask(asker.dataset.confirm, wordsOf(asker)).then((yes) => {
    if (!yes) return;
    form.dataset.confirmed = "1";
    form.requestSubmit(submitter);
  });
}, true);

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  ask(event.detail.question, wordsOf(event.detail.elt)).then((yes) => yes && event.detail.issueRequest(true));
});
