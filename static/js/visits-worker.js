/* The service worker of visits. It keeps the files a page is made of and the form of a visit, empty as the server gives it, for the
   person who is signed in; every other page is asked of the network alone, and its absence is said in words. */
"use strict";

const KEPT = "xinbao-visits-1";
const OFFLINE = "/offline/";

/* A page and the files it is made of. What was sent away to sign in is not kept. */
async function keepPage(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const kept = await caches.open(KEPT);
  const text = await answer.clone().text();
  const files = [...text.matchAll(/(?:src|href)="(\/static\/[^"#]+)/g)].map(([, file]) => file);
  await Promise.all([...new Set(files)].map((file) => kept.add(file).catch(() => {})));
  await kept.put(address, answer); // last: a page that is kept has its files
}

self.addEventListener("install", (event) => {
  event.waitUntil(keepPage(OFFLINE).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(clients.claim());
});

self.addEventListener("message", (event) => {
  event.waitUntil(Promise.all(event.data.map((address) => keepPage(address).catch(() => {}))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () => {
      const kept = await caches.open(KEPT);
      return (await kept.match(url.pathname)) || (await kept.match(OFFLINE)) || Response.error();
    }));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch(async () => {
      const kept = await caches.open(KEPT);
      return (await kept.match(request, { ignoreSearch: true })) || Response.error();
    }));
  }
});
