/* On arrival: what happened to a form takes the focus, and the tab that is shown is in view. */
"use strict";

one("[data-focus]")?.focus();
/* On a phone the tab may lie beyond the edge of its row. */
for (const tab of all(".tabs [aria-current]")) {
  const row = tab.closest(".tabs");
  const [shown, frame] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += shown.left - frame.left - (frame.width - shown.width) / 2;
}
