/* A table wider than its place fades at the edge behind which there is more. */
"use strict";

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
