/* Visits without a network: the forms of visits are kept ready by a service worker (js/visits-worker.js, served at /visits-worker.js).
   Where there is none (plain HTTP on another machine, an old browser) the pages work as ever, with a network. */
"use strict";

(() => {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  const visits = document.querySelector("[data-visits]")?.dataset.visits;

  /* Nobody is signed in on this page, or somebody signs out: what was kept goes. */
  async function forget() {
    if (!window.caches) return;
    for (const name of await caches.keys()) if (name.startsWith("xinbao-")) await caches.delete(name);
    for (const one of await workers.getRegistrations()) await one.unregister();
  }

  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-sign-out]")) forget();
  });

  if (document.querySelector("[data-signed-out]")) {
    forget().catch(() => {});
  } else if (visits) {
    workers.register("/visits-worker.js").then(() => workers.ready).then((there) => there.active.postMessage(visits.split(" "))).catch(() => {});
  }
})();
