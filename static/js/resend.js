/* 薪报: a form with data-resend that is sent without a network waits on the page and is sent once when the network is back.
   What was typed is kept by autosave.js meanwhile; the server tells a repetition from a new visit. */
"use strict";

for (const form of document.querySelectorAll("form[data-resend]")) {
  let waiting = null;

  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = event.submitter;
    form.dataset.waits = "";
    const place = form.querySelector("[data-save-state]");
    if (place) place.textContent = "没有网络，已保存在本机。请不要关闭本页，恢复后自动提交一次。";
  }, true);

  addEventListener("online", () => {
    if (waiting === null) return;
    const button = waiting;
    waiting = null;
    delete form.dataset.waits;
    form.requestSubmit(button);
  });
}
