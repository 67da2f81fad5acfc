/* Buttons that act in the browser: close a notice, go back, print, copy, open and close a dialog. */
"use strict";

document.addEventListener("click", (event) => {
  const target = event.target.closest("button, a, summary, input");
  if (!target) return;
  if (target.matches("[data-dismiss]")) target.closest("[data-message], .notice").remove();
  else if (target.matches("[data-back]")) history.back();
  else if (target.matches("[data-print]")) print();
  else if (target.matches("[data-copy], [data-copy-from]")) copy(target);
  else if (target.matches("[data-open-dialog]")) document.getElementById(target.dataset.openDialog)?.showModal();
  else if (target.matches("[data-close-dialog]")) target.closest("dialog").close();
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

for (const button of all("[data-back]")) button.hidden = history.length < 2;
