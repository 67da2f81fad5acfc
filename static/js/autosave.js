/* 薪报: nothing typed is lost. A form with data-autosave is kept in this browser (by user and address, seven days)
   and posted to data-autosave-url 1.5 s after the last change. The local copy goes once the server has it.
   Whoever is signed in and writes sentences (a textarea) into any other form finds them again too, unless data-unsaved. */
"use strict";

(() => {
  const WAIT = 1500;
  const LIFETIME = 7 * 24 * 3600 * 1000;
  const SENT = "xinbao:sent";
  const prefix = "xinbao:draft:";
  const user = document.body.dataset.user || "";
  const settled = document.body.dataset.outcome !== "unsettled";

  const keyOf = (form) => `${prefix}${user}:${location.pathname}:${form.dataset.autosave}`;

  function store(key, value) {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false; // storage full or switched off: the server copy remains
    }
  }

  function stored(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function sweep() {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(prefix) && Date.now() - (stored(key)?.at ?? 0) > LIFETIME) store(key, null);
    }
  }

  /* Passwords, files, hidden tokens and fields marked data-unsaved stay out. */
  function fieldsOf(form) {
    return [...form.elements].filter((field) => field.name && !field.closest("[data-unsaved]")
      && !["hidden", "password", "file", "submit", "button", "reset"].includes(field.type) && field.type !== "fieldset");
  }

  const valueOf = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value);
  const nameOf = (field) => (["checkbox", "radio"].includes(field.type) ? `${field.name}=${field.value}` : field.name);
  const snapshot = (form) => Object.fromEntries(fieldsOf(form).map((field) => [nameOf(field), valueOf(field)]));

  function restore(form, values) {
    let changed = 0;
    for (const field of fieldsOf(form)) {
      const name = nameOf(field);
      if (!(name in values) || valueOf(field) === values[name]) continue;
      if (["checkbox", "radio"].includes(field.type)) field.checked = values[name];
      else field.value = values[name];
      changed += 1;
    }
    return changed;
  }

  const clock = (at) => new Date(at).toLocaleString("zh-CN", {
    timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false,
  });

  function say(form, text) {
    const place = form.querySelector("[data-save-state]");
    if (place && !("waits" in form.dataset)) place.textContent = text; // resend.js says more of a form that waits
  }

  function banner(text, ...actions) {
    const place = document.querySelector("[data-save-banner]");
    if (!place) return;
    place.hidden = !text;
    place.replaceChildren(Object.assign(document.createElement("span"), { textContent: text }), ...actions);
  }

  function action(text, run) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: text });
    button.addEventListener("click", run);
    return button;
  }

  function signInLink() {
    const link = Object.assign(document.createElement("a"), { className: "btn btn-sm", textContent: "重新登录" });
    link.href = `${document.body.dataset.signInUrl}?next=${encodeURIComponent(location.pathname + location.search)}`;
    return link;
  }

  function lost(form, signedOut) {
    say(form, "已保存在本机");
    if (signedOut) banner("登录已过期。已保存在本机，重新登录后可继续。", signInLink());
    else banner("连不上服务器。已保存在本机，恢复连接后会自动保存，请不要清除浏览器数据。");
  }

  async function send(form) {
    const state = states.get(form);
    if (!form.dataset.autosaveUrl || state.leaving) return;
    if (state.busy) {
      state.again = true;
      return;
    }
    state.busy = true;
    const taken = state.version;
    say(form, "正在保存…");
    try {
      const data = new FormData(form);
      for (const field of form.elements) if (["file", "password"].includes(field.type)) data.delete(field.name);
      const answer = await fetch(form.dataset.autosaveUrl, {
        method: "POST", body: data, redirect: "manual", credentials: "same-origin",
        headers: { "X-Autosave": "1", "X-CSRFToken": document.querySelector("meta[name=csrf-token]")?.content ?? "" },
      });
      await settle(form, answer, taken);
    } catch {
      lost(form, false);
    }
    state.busy = false;
    if (state.again) {
      state.again = false;
      schedule(form);
    }
  }

  async function settle(form, answer, taken) {
    const said = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : {};
    if (answer.ok) {
      for (const [name, value] of Object.entries(said.set ?? {})) {
        const field = form.elements.namedItem(name);
        if (field) field.value = value;
      }
      if (states.get(form).version === taken) store(keyOf(form), null);
      banner("");
      say(form, `草稿已保存 ${said.saved_at || clock(Date.now())}`);
    } else if (answer.type === "opaqueredirect" || [401, 403, 419].includes(answer.status)) {
      lost(form, true);
    } else if (answer.status >= 500) {
      lost(form, false);
    } else {
      say(form, said.detail || "暂未保存到服务器，已保存在本机");
    }
  }

  const states = new Map();

  function schedule(form) {
    const state = states.get(form);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => send(form), WAIT);
  }

  function touched(form) {
    const state = states.get(form);
    if (state.leaving) return;
    state.version += 1;
    if (!store(keyOf(form), { at: Date.now(), values: snapshot(form) })) say(form, "本机无法暂存，请及时保存");
    schedule(form);
  }

  /* What the server kept (data-kept: name → values), in the shape of a snapshot. */
  function keptThere(form) {
    if (!form.dataset.kept) return null;
    const there = JSON.parse(form.dataset.kept);
    const values = {};
    for (const field of fieldsOf(form)) {
      const said = there[field.name];
      if (["checkbox", "radio"].includes(field.type)) values[nameOf(field)] = (said ?? []).includes(field.value);
      else if (said) values[nameOf(field)] = said[0] ?? "";
    }
    return { at: Number(form.dataset.keptAt), values };
  }

  /* The newer of what this browser and what the server kept. */
  function keptOf(form) {
    const here = stored(keyOf(form));
    const there = keptThere(form);
    if (!here || !there) return here ?? there;
    return there.at > here.at ? there : here;
  }

  function drop(form) {
    store(keyOf(form), null);
    clearTimeout(states.get(form).timer);
    if (!form.dataset.kept) return;
    const data = new FormData();
    data.set("forget", "1");
    fetch(form.dataset.autosaveUrl, {
      method: "POST", body: data, credentials: "same-origin", keepalive: true,
      headers: { "X-Autosave": "1", "X-CSRFToken": document.querySelector("meta[name=csrf-token]")?.content ?? "" },
    }).catch(() => {});
  }

  function offer(form) {
    const kept = keptOf(form);
    if (!kept) return;
    const before = snapshot(form);
    if (!restore(form, kept.values)) {
      store(keyOf(form), null);
      return;
    }
    form.dispatchEvent(new CustomEvent("xinbao:restored", { bubbles: true }));
    banner(`已恢复 ${clock(kept.at)} 的填写，尚未提交。`, action("清空重填", () => {
      restore(form, before);
      drop(form);
      banner("");
    }), action("知道了", () => banner("")));
    schedule(form);
  }

  function watch(form) {
    states.set(form, { version: 0, timer: 0, busy: false, again: false, leaving: false });
    form.addEventListener("input", () => touched(form));
    form.addEventListener("change", () => touched(form));
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      const state = states.get(form);
      clearTimeout(state.timer);
      state.leaving = true;
      store(keyOf(form), { at: Date.now(), values: snapshot(form) });
      sessionStorage.setItem(SENT, keyOf(form));
    });
    addEventListener("pageshow", (event) => { if (event.persisted) states.get(form).leaving = false; });
    offer(form);
  }

  /* A form that was sent is done with when the next page is an ordinary one without its errors. */
  function conclude() {
    const sent = sessionStorage.getItem(SENT);
    if (!sent) return;
    sessionStorage.removeItem(SENT);
    const refused = document.querySelector("form[data-autosave] .field-wrong, [data-focus]");
    if (settled && !refused) store(sent, null);
  }

  for (const form of user ? document.querySelectorAll("form[method=post]:not([data-autosave])") : []) {
    if (!form.querySelector("textarea") || form.closest("[data-unsaved]")) continue;
    form.dataset.autosave = `written:${new URL(form.getAttribute("action") || "", location.href).pathname}`;
  }
  try {
    sweep();
    conclude();
  } catch { /* storage switched off: forms still work */ }
  for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);
  addEventListener("online", () => { for (const form of states.keys()) if (stored(keyOf(form))) schedule(form); });
})();
