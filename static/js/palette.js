/* Search from anywhere (Ctrl+K or /), and the keyboard: g then a letter goes to a section, n begins a case, j and k walk through a list,
   a comes to the button that approves, ? lists them. Nothing is decided by a key alone. */
"use strict";

const palette = one("#palette");
const typing = (element) => element.matches?.("input, textarea, select, [contenteditable]");
const choices = () => all("[role=option]", palette);

function openPalette() {
  if (!palette || one("dialog[open]")) return;
  const text = one(".palette-text", palette);
  text.value = "";
  palette.showModal();
  text.focus();
  text.dispatchEvent(new Event("palette-open"));
}

function choose(next) {
  const text = one(".palette-text", palette);
  for (const choice of choices()) choice.setAttribute("aria-selected", String(choice === next));
  if (next) {
    text.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  } else text.removeAttribute("aria-activedescendant");
}

palette?.addEventListener("keydown", (event) => {
  if (event.isComposing) return; // the keys of an input method choose its characters
  const found = choices();
  const at = found.findIndex((choice) => choice.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    choose(found[(at + step + found.length) % found.length] ?? null);
  } else if (event.key === "Enter" && event.target.matches(".palette-text")) {
    event.preventDefault();
    if (found[at]) location.assign(found[at].href);
  }
});
palette?.addEventListener("htmx:afterSwap", () => choose(choices()[0] ?? null));
palette?.addEventListener("click", (event) => {
  if (event.target === palette || event.target.closest("[data-palette-close]")) palette.close();
});
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-palette-open]");
  if (opener && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openPalette();
  } else if (event.target.closest("[data-shortcuts-open]")) showShortcuts();
});

function showShortcuts() {
  const dialog = one("#shortcuts");
  if (dialog && !one("dialog[open]")) dialog.showModal();
}
for (const button of all("[data-shortcuts-open]")) button.hidden = false;

/* ---- single keys ---- */

let wentAt = -Infinity;

function walk(step) {
  const rows = all("main tbody .title-cell a");
  const at = rows.indexOf(document.activeElement);
  rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.focus();
}

const KEYS = {
  "/": openPalette,
  "?": showShortcuts,
  n: () => one("[data-new-case]") && location.assign(one("[data-new-case]").dataset.newCase),
  j: () => walk(1),
  k: () => walk(-1),
  a: () => one("[data-approves]")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.ctrlKey || event.metaKey || typing(event.target) || one("dialog[open]")) return;
  if (event.timeStamp - wentAt < 1200) {
    wentAt = -Infinity;
    const section = one(`.nav-item[data-key="${CSS.escape(event.key)}"]`);
    if (section) location.assign(section.href);
    return;
  }
  if (event.key === "g") wentAt = event.timeStamp;
  else if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
});
