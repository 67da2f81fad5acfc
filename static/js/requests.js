/* htmx: CSRF, expired sign-in, refusals. */
"use strict";

function toSignIn() {
  const next = encodeURIComponent(location.pathname + location.search);
  location.assign(`${body.dataset.signInUrl}?next=${next}`);
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = one("meta[name=csrf-token]")?.content ?? "";
  if (!event.detail.triggeringEvent) event.detail.headers["X-Unattended"] = "1"; // asked by the page, not by a person (unions/sessions.py)
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

/* A small form in the place of a value: Esc or 取消 puts the value back. */
const values = new WeakMap();
document.addEventListener("htmx:beforeSwap", (event) => {
  const place = event.detail.target;
  if (event.detail.requestConfig?.elt.matches("[data-fact]") && !one(".fact-form", place)) values.set(place, [...place.childNodes].map((node) => node.cloneNode(true)));
});
document.addEventListener("htmx:afterSwap", (event) => {
  const form = event.target.closest?.(".fact-form") ?? one(".fact-form", event.detail.target);
  if (form) (one(".is-invalid", form) ?? one("input:not([type=hidden]), select, textarea", form))?.focus();
});
function putBack(form) {
  const place = form.parentElement;
  const link = one("[data-fact]", place.parentElement);
  place.replaceChildren(...(values.get(place) ?? []));
  link?.focus();
}
document.addEventListener("click", (event) => {
  const cancel = event.target.closest("[data-fact-cancel]");
  if (!cancel || !values.has(cancel.closest(".fact-form").parentElement)) return;
  event.preventDefault();
  putBack(cancel.closest(".fact-form"));
});
document.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && event.target.closest(".fact-form");
  if (form && values.has(form.parentElement)) putBack(form);
});
