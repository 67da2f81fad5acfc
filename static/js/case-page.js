/* 薪报: what will remain of a case once the entry that is being typed is booked. The server says what remains now and which kinds add. */
"use strict";

(() => {
  const place = document.querySelector("[data-remains]");
  const { form } = place?.closest("form").elements.kind ?? {};
  if (!form) return;
  // The digits a Chinese keyboard types, and separators, as the server reads them; null where it is no number.
  const number = (name) => {
    const typed = form.elements[name].value.normalize("NFKC").replace(/[,，\s]/g, "");
    return /^(-?(\d+\.?\d*|\.\d+))?$/.test(typed) ? Number(typed || 0) : null;
  };

  function say() {
    const [workers, amount] = [number("workers"), number("amount")];
    place.hidden = workers === null || amount === null || !(workers || amount);
    if (place.hidden) return;
    const sign = place.dataset.adds.split(" ").includes(form.elements.kind.value) ? 1 : -1;
    const people = Number(place.dataset.workers) + sign * workers;
    const cents = Math.round(Number(place.dataset.amount) * 100) + sign * Math.round(amount * 100);
    const yuan = (cents / 100).toLocaleString("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    place.classList.toggle("text-danger", people < 0 || cents < 0);
    place.textContent =
      people < 0 || cents < 0 ? "所填多于未解决数，请核对人数和金额。" : `记入后尚未解决 ${people.toLocaleString("zh-CN")} 人、${yuan} 元。`;
  }

  form.addEventListener("input", say);
  form.addEventListener("change", say);
  say();
})();
