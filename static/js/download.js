/* 薪报: the page that watched an export being made starts its download once, the moment it is there. */
"use strict";

let watched = document.querySelector("[data-watching]") !== null;

document.body.addEventListener("htmx:afterSwap", () => {
  const link = document.querySelector("[data-download-now]");
  if (!watched || !link) return;
  watched = false;
  link.click();
});
