/* 薪报: what every page does. Plain JS, no framework; markup says what it wants through data-* attributes
   (docs/visual-language.md). Also runs on the plain pages (sign-in, errors), where htmx is absent. */
"use strict";

const { body } = document;
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/* Toasts */
function toast(text, tone = "info") {
  const place = one("[data-toasts]");
  if (!place) return;
  const note = document.createElement("div");
  note.className = `notice notice-${tone}`;
  note.append(Object.assign(document.createElement("div"), { className: "notice-body", textContent: text }));
  place.append(note);
  setTimeout(() => note.remove(), tone === "refusal" ? 12000 : 5000);
}

/* Sidebar drawer, filter fields, menus */
function openSidebar(open) {
  body.classList.toggle("sidebar-open", open);
  const toggler = one("[data-toggle-sidebar]");
  toggler?.setAttribute("aria-expanded", String(open));
  const veil = one("[data-close-sidebar]");
  if (veil) veil.hidden = !open;
  if (open) one("#sidebar a")?.focus();
  else toggler?.focus();
}

function closeMenus(except = null) {
  for (const menu of all("details[data-menu][open]")) if (menu !== except && !menu.contains(except)) menu.open = false;
}

/* An open menu lies in the top layer, where no table or card around it cuts it off; it follows its button. */
const bodyOf = (menu) => (menu.matches("details[data-menu]") ? one(":scope > .menu-body", menu) : null);

function placeMenu(menu) {
  const [menuBody, button] = [bodyOf(menu), one("summary", menu).getBoundingClientRect()];
  const [wide, high] = [menuBody.offsetWidth, menuBody.offsetHeight];
  const { clientWidth, clientHeight } = document.documentElement;
  const toTheLeft = menu.matches(".menu-end") || menuBody.matches(".menu-end");
  const left = Math.max(8, Math.min(toTheLeft ? button.right - wide : button.left, clientWidth - wide - 8));
  const above = button.top - 4 - high;
  const top = button.bottom + 4 + high > clientHeight && above >= 0 ? above : button.bottom + 4;
  menuBody.style.inset = `${top}px auto auto ${left}px`;
}

function placeMenus() {
  for (const menu of all("details[data-menu][open]")) if (bodyOf(menu)?.matches(":popover-open")) placeMenu(menu);
}

document.addEventListener("click", (event) => {
  // Said before it opens: it is never seen inside its table first.
  const summary = event.target.closest("summary");
  const menuBody = summary && bodyOf(summary.parentElement);
  if (menuBody) menuBody.popover = "manual";
}, true);
document.addEventListener("toggle", (event) => {
  const menuBody = bodyOf(event.target);
  if (!menuBody?.isConnected) return;
  menuBody.popover = "manual";
  menuBody.togglePopover(event.target.open);
  if (event.target.open) placeMenu(event.target);
}, true);
document.addEventListener("scroll", placeMenus, { capture: true, passive: true });
addEventListener("resize", placeMenus);

document.addEventListener("click", (event) => {
  const target = event.target.closest("button, a, [data-close-sidebar], summary, input");
  closeMenus(event.target.closest("details[data-menu]"));
  if (!target) return;
  if (target.matches("[data-toggle-sidebar]")) openSidebar(!body.classList.contains("sidebar-open"));
  else if (target.matches("[data-close-sidebar]")) openSidebar(false);
  else if (target.matches("[data-toggle-fields]")) {
    const open = target.closest(".filter-bar").classList.toggle("fields-open");
    target.setAttribute("aria-expanded", String(open));
  } else if (target.matches("[data-dismiss]")) target.closest("[data-message], .notice").remove();
  else if (target.matches("[data-back]")) history.back();
  else if (target.matches("[data-print]")) print();
  else if (target.matches("[data-copy]")) copy(target);
  else if (target.matches("[data-open-dialog]")) document.getElementById(target.dataset.openDialog)?.showModal();
  else if (target.matches("[data-close-dialog]")) target.closest("dialog").close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details[data-menu][open]");
  closeMenus();
  one("summary", menu ?? document.createElement("i"))?.focus();
  if (body.classList.contains("sidebar-open")) openSidebar(false);
});

async function copy(button) {
  const text = button.dataset.copy || one(button.dataset.copyFrom)?.textContent.trim() || "";
  try {
    await navigator.clipboard.writeText(text);
    toast("已复制", "good");
  } catch {
    toast(`浏览器不允许自动复制，请手动选取：${text}`, "warn");
  }
}

/* Confirmation in a dialog: data-confirm on a button, link or form; hx-confirm goes the same way. */
function ask(text, words = {}) {
  const dialog = one("#confirm");
  if (!dialog) return Promise.resolve(window.confirm(text));
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

/* Filters answer as soon as a choice is made; the search box waits for Enter. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto-submit]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
});

document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[method=get]")) return;
  for (const [key, value] of [...event.formData]) if (value === "") event.formData.delete(key);
});

/* What a file input holds */
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches("input[type=file][data-preview]")) return;
  const place = document.getElementById(input.dataset.preview);
  place.replaceChildren(...[...input.files].map(previewOf));
});

function previewOf(file) {
  const figure = document.createElement("figure");
  if (file.type.startsWith("image/")) {
    const image = document.createElement("img");
    image.alt = "";
    const reader = new FileReader();
    reader.onload = () => { image.src = reader.result; };
    reader.readAsDataURL(file);
    figure.append(image);
  }
  const words = `${file.name}（${(file.size / 1048576).toFixed(1)} MB）`;
  figure.append(Object.assign(document.createElement("figcaption"), { textContent: words }));
  return figure;
}

/* htmx: CSRF, expired sign-in, refusals */
function toSignIn() {
  const next = encodeURIComponent(location.pathname + location.search);
  location.assign(`${body.dataset.signInUrl}?next=${next}`);
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = one("meta[name=csrf-token]")?.content ?? "";
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const landed = xhr.responseURL && new URL(xhr.responseURL).pathname;
  if (xhr.status === 401 || landed === body.dataset.signInUrl) {
    event.preventDefault();
    toSignIn();
  } else if (xhr.status === 422 && xhr.responseText.includes('data-outcome="unsettled"')) {
    // A whole refusal page, not a form with its errors: say the sentence, leave the page as it is.
    event.preventDefault();
    toast(refusalIn(xhr), "refusal");
  }
});

document.addEventListener("htmx:responseError", (event) => toast(refusalIn(event.detail.xhr), "refusal"));
document.addEventListener("htmx:sendError", () => toast("连不上服务器，请检查网络后重试。", "refusal"));

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt.closest("form");
  if (form && event.detail.requestConfig.verb === "post") hold(form);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest("form");
  if (form) release(form);
});

/* The sentence of a refusal, whether it came as JSON or as one of our error pages. */
function refusalIn(xhr) {
  if ((xhr.getResponseHeader("Content-Type") || "").includes("json")) {
    try {
      const { detail } = JSON.parse(xhr.responseText);
      if (typeof detail === "string") return detail;
    } catch { /* a broken answer gets the common sentence */ }
  }
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const sentence = one("[data-refusal]", page)?.textContent.trim();
  return sentence || `没有办成（${xhr.status}），请稍后重试。`;
}

/* A table wider than its place fades at the edge behind which there is more. */
function markEdges(wrap) {
  const beyond = wrap.scrollWidth - wrap.clientWidth;
  wrap.classList.toggle("more-left", beyond > 1 && wrap.scrollLeft > 1);
  wrap.classList.toggle("more-right", beyond > 1 && wrap.scrollLeft < beyond - 1);
}

const widths = new ResizeObserver((seen) => seen.forEach(({ target }) => markEdges(target.closest(".table-wrap"))));

function watchWidths(root) {
  for (const part of all(".table-wrap, .table-wrap > table", root)) widths.observe(part);
}

document.addEventListener("scroll", ({ target }) => target.matches?.(".table-wrap") && markEdges(target), { capture: true, passive: true });
document.addEventListener("htmx:load", (event) => watchWidths(event.target.parentElement ?? document));
watchWidths(document);

/* On arrival */
for (const button of all("[data-back]")) button.hidden = history.length < 2;
one("[data-focus]")?.focus();
/* On a phone the tab that is shown may lie beyond the edge of its row. */
for (const tab of all(".tabs [aria-current]")) {
  const row = tab.closest(".tabs");
  const [shown, frame] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += shown.left - frame.left - (frame.width - shown.width) / 2;
}
