/* The sidebar on a phone, the fields of a filter bar, menus. */
"use strict";

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

/* An open menu lies in the top layer, where no table or card around it cuts it off; it follows its button.
   A browser that knows no popover (Chromium before 114) leaves it in its place. */
const POPOVER = "popover" in HTMLElement.prototype;
const bodyOf = (menu) => (menu.matches("details[data-menu]") ? one(":scope > .menu-body", menu) : null);

function placeMenu(menu) {
  const [menuBody, button] = [bodyOf(menu), one("summary", menu).getBoundingClientRect()];
  const [wide, high] = [menuBody.offsetWidth, menuBody.offsetHeight];
  const { clientWidth, clientHeight } = document.documentElement;
  const toTheLeft = menu.matches(".menu-end") || menuBody.matches(".menu-end");
  const left = Math.max(8, Math.min(toTheLeft ? button.right - wide : button.left, clientWidth - wide - 8));
  const above = button.top - 4 - high;
  const top = button.bottom + 4 + high > clientHeight && above >= 0 ? above : button.bottom + 4;
  Object.assign(menuBody.style, { top: `${top}px`, right: "auto", bottom: "auto", left: `${left}px` });
}

function placeMenus() {
  if (!POPOVER) return;
  for (const menu of all("details[data-menu][open]")) if (bodyOf(menu)?.matches(":popover-open")) placeMenu(menu);
}

document.addEventListener("click", (event) => {
  // Said before it opens: it is never seen inside its table first.
  const summary = event.target.closest("summary");
  const menuBody = summary && bodyOf(summary.parentElement);
  if (menuBody && POPOVER) menuBody.popover = "manual";
}, true);
document.addEventListener("toggle", (event) => {
  const menuBody = bodyOf(event.target);
  if (!menuBody?.isConnected || !POPOVER) return;
  menuBody.popover = "manual";
  menuBody.togglePopover(event.target.open);
  if (event.target.open) placeMenu(event.target);
}, true);
document.addEventListener("scroll", placeMenus, { capture: true, passive: true });
addEventListener("resize", placeMenus);

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details[data-menu]"));
  const target = event.target.closest("[data-toggle-sidebar], [data-close-sidebar]");
  if (!target) return;
  if (target.matches("[data-toggle-sidebar]")) openSidebar(!body.classList.contains("sidebar-open"));
  else openSidebar(false);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details[data-menu][open]");
  closeMenus();
  one("summary", menu ?? document.createElement("i"))?.focus();
  if (body.classList.contains("sidebar-open")) openSidebar(false);
});
