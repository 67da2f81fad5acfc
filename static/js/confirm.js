/* A form with {% asks_first %} is asked about in a dialog, with a summary of what was filled in. */
"use strict";

/* The second click of a double click belongs to the dialog that has just closed, not to what lies beneath it. */
let answeredAt = -Infinity;
document.addEventListener("click", (event) => {
  if (event.detail < 2 && event.target.closest("#confirm")) answeredAt = performance.now();
  if (event.detail < 2 || performance.now() - answeredAt > 600) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

/* A question waits for the answer to the one before: a busy browser reports a dialog as closed after the next click. */
let answered = Promise.resolve();

function ask(text, words) {
  const dialog = one("#confirm");
  if (!dialog) return Promise.resolve(window.confirm(text));
  answered = answered.then(() => askIn(dialog, text, words));
  return answered;
}

function askIn(dialog, text, words) {
  one("#confirm-title").textContent = words.title;
  one("[data-confirm-text]").textContent = text;
  one("[data-confirm-yes]").textContent = words.action || "确定";
  const summary = one("[data-confirm-summary]");
  summary.replaceChildren(...words.lines.flatMap(([label, said]) => [
    Object.assign(document.createElement("dt"), { textContent: label }),
    Object.assign(document.createElement("dd"), { textContent: said }),
  ]));
  summary.hidden = !words.lines.length;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

const wordsIn = (element) => {
  const copy = element.cloneNode(true);
  for (const mark of all(".required-mark, .visually-hidden, .small, input, select", copy)) mark.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
};

/* What asks_first says of this form, if it is about this button. */
function asksFirst(form, button) {
  const field = form?.elements.namedItem("asks_first");
  if (!field?.value) return null;
  const asked = JSON.parse(field.value);
  return !asked.only.length || asked.only.includes(`${button?.name}=${button?.value}`) ? asked : null;
}

/* 101052.00 is read wrong, 101,052.00 is not. */
const grouped = (text) => (/^\d+(\.\d+)?$/.test(text) ? text.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ",")) : text);

/* Label and value of every field that is filled in and seen, or folded away. */
function filledIn(form) {
  const lines = [];
  for (const field of form.elements) {
    const [label] = field.labels ?? [];
    const folded = field.closest("details:not([open])"); // hidden from sight, sent all the same
    if (!label || (!folded && !field.getClientRects().length) || !field.name || ["submit", "button", "password"].includes(field.type)) continue;
    const group = field.closest("fieldset")?.querySelector(":scope > legend, :scope > .card-body > legend");
    const unit = field.closest(".with-unit")?.querySelector(".unit")?.textContent ?? "";
    if (field.type === "radio") {
      if (field.checked) lines.push([group ? wordsIn(group) : "", wordsIn(label)]);
    } else if (field.type === "checkbox") {
      if (field.checked) lines.push([wordsIn(label), "是"]);
    } else if (field.type === "file") {
      if (field.files.length) lines.push([wordsIn(label), [...field.files].map((file) => file.name).join("、")]);
    } else if (field.value.trim()) {
      const said = field.tagName === "SELECT" ? wordsIn(field.selectedOptions[0]) : field.value.trim();
      lines.push([wordsIn(label), unit ? `${grouped(said)} ${unit}` : said]);
    }
  }
  return lines;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirmed) {
    delete form.dataset.confirmed;
    return;
  }
  const submitter = event.submitter;
  const asked = asksFirst(form, submitter);
  /* What the browser already finds wanting goes to the server as it is: it says what to mend, and asks if it would take it. */
  if (!asked || (!submitter?.formNoValidate && !form.checkValidity())) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const words = {
    title: asked.title || "请核对后确认",
    action: asked.action || wordsIn(submitter ?? form),
    lines: filledIn(form),
  };
  ask(asked.says || "以下内容提交后不能撤回，请核对。", words).then((yes) => {
    if (!yes) return;
    form.dataset.confirmed = "1";
    form.dataset.asked = "1";
    form.requestSubmit(submitter);
  });
}, true);

document.addEventListener("formdata", (event) => {
  if (!event.target.dataset.asked) return;
  delete event.target.dataset.asked;
  if (event.formData.has("asks_first")) event.formData.set("asks_first", "");
});
