/* What the other scripts of a page share. Plain scripts, loaded in order and deferred; markup says what it wants through data-*
   attributes (docs/visual-language.md). They also run on the plain pages (sign-in, errors), where htmx is absent. */
"use strict";

const { body } = document;
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/* A sentence in the corner that goes by itself. */
function toast(text, tone = "info") {
  const place = one("[data-toasts]");
  if (!place) return;
  const note = document.createElement("div");
  note.className = `notice notice-${tone}`;
  note.append(Object.assign(document.createElement("div"), { className: "notice-body", textContent: text }));
  place.append(note);
  setTimeout(() => note.remove(), tone === "refusal" ? 12000 : 5000);
}
