/* 薪报: the worker's window. Proof of work while she writes, her words kept in this tab until they have arrived,
   and one sending of each form. Without this script the pages work as well. */
"use strict";

const DRAFT = "window-letter";
const NEVER_KEPT = new Set(["csrfmiddlewaretoken", "challenge", "answer", "phone", "name", "at"]);
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/* SHA-256, whole words only: crypto.subtle is absent on plain http and slow for many small texts. */
const PRIMES = [];
for (let n = 2; PRIMES.length < 64; n += 1) if (PRIMES.every((p) => n % p)) PRIMES.push(n);
const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const K = PRIMES.map((p) => fraction(Math.cbrt(p)));
const START = PRIMES.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
const W = new Int32Array(64);
const turn = (x, n) => (x >>> n) | (x << (32 - n));

/* The first word of SHA-256 of an ASCII text. */
function firstWord(text) {
  const length = ((text.length + 8) >> 6) + 1 << 4;
  const words = new Int32Array(length);
  for (let i = 0; i < text.length; i += 1) words[i >> 2] |= text.charCodeAt(i) << (24 - (i % 4) * 8);
  words[text.length >> 2] |= 0x80 << (24 - (text.length % 4) * 8);
  words[length - 1] = text.length * 8;
  let state = START.slice();
  for (let at = 0; at < length; at += 16) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      if (i < 16) W[i] = words[at + i];
      else {
        const x = W[i - 15], y = W[i - 2];
        W[i] = (W[i - 16] + W[i - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
      }
      const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    state = [a, b, c, d, e, f, g, h].map((value, i) => (value + state[i]) | 0);
  }
  return state[0] >>> 0;
}

/* A number whose digest begins with enough zero bits, searched in small portions so that the page stays alive. */
function work(challenge, bits) {
  return new Promise((resolve) => {
    let next = 0;
    (function portion() {
      for (const end = next + 1500; next < end; next += 1) {
        if (firstWord(`${challenge}.${next}`) >>> (32 - bits) === 0) return resolve(String(next));
      }
      setTimeout(portion);
    })();
  });
}

/* What she wrote stays in this tab until the receipt has come: a lost connection costs nothing, and the token with it
   makes the second sending the same letter. Phone and name are never kept. */
const storage = {
  read() { try { return JSON.parse(sessionStorage.getItem(DRAFT)); } catch { return null; } },
  write(value) { try { sessionStorage.setItem(DRAFT, JSON.stringify(value)); } catch { /* no storage: nothing is kept */ } },
  clear() { try { sessionStorage.removeItem(DRAFT); } catch { /* as above */ } },
};
const kept = (form) => all("input[name], select[name], textarea[name]", form).filter((field) => field.type !== "file" && !NEVER_KEPT.has(field.name));
const isOwn = (field) => field.name !== "token" && field.name !== "region_code";

function restore(form) {
  const draft = storage.read();
  const blank = kept(form).every((field) => !isOwn(field) || !field.value);
  if (!draft || !blank || !Object.keys(draft).some((name) => name !== "token" && name !== "region_code" && draft[name])) return;
  for (const field of kept(form)) if (draft[field.name]) field.value = draft[field.name];
  one("[data-restored]").hidden = false;
}

const keep = (form) => storage.write(Object.fromEntries(kept(form).map((field) => [field.name, field.value])));

/* Files: said at once, not after a long upload. */
function weigh(form) {
  const list = one("[data-chosen]", form);
  if (!list) return true;
  const files = all("input[type=file]", form).flatMap((input) => [...input.files]);
  const mb = (bytes) => bytes / 1048576;
  const rows = files.map((file) => {
    const heavy = mb(file.size) > Number(form.dataset.paperMb);
    return { text: `${file.name}（${mb(file.size).toFixed(1)} MB）${heavy ? `超过 ${form.dataset.paperMb} MB，收不下，请截图后再选` : ""}`, heavy };
  });
  const total = mb(files.reduce((sum, file) => sum + file.size, 0));
  const over = total > Number(form.dataset.bodyMb) - 2;
  if (over) rows.push({ text: `一次最多 ${form.dataset.bodyMb} MB，请少选几张，剩下的可以以后补充`, heavy: true });
  list.replaceChildren(...rows.map(({ text, heavy }) => Object.assign(document.createElement("li"), { textContent: text, className: heavy ? "fault" : "" })));
  return !over;
}

document.addEventListener("change", (event) => event.target.matches("input[type=file]") && weigh(event.target.form));

function hold(form) { for (const button of all("button", form)) button.disabled = true; }
function release() {
  for (const button of all("form button")) button.disabled = false;
  for (const line of all("[data-working]")) line.hidden = true;
}
addEventListener("pageshow", (event) => event.persisted && release());

const letter = one("form[data-letter]");
if (letter) {
  restore(letter);
  letter.addEventListener("input", () => keep(letter));
  const answer = letter.elements.answer;
  const found = work(letter.elements.challenge.value, Number(letter.dataset.bits)).then((value) => { answer.value = value; });
  letter.addEventListener("submit", (event) => {
    keep(letter);
    if (!weigh(letter)) return event.preventDefault();
    one("[data-working]").hidden = false;
    if (answer.value) return setTimeout(() => hold(letter));
    event.preventDefault();
    hold(letter);
    found.then(() => letter.submit());
  });
}
for (const form of all("form[data-once]")) {
  form.addEventListener("submit", (event) => (weigh(form) ? setTimeout(() => hold(form)) : event.preventDefault()));
}
if ("letterArrived" in document.body.dataset) storage.clear();
for (const button of all("[data-print]")) button.addEventListener("click", () => print());
one("[data-focus]")?.focus();
