/* 薪报: one box ticks every row of the page. data-tick-all names the boxes; data-ticked says how many are chosen.
   Without a script the boxes of the rows do the same one by one, and these stay hidden. */
"use strict";

(() => {
  for (const form of document.querySelectorAll("form.bulk-list")) {
    const masters = [...form.querySelectorAll("[data-tick-all]")];
    const name = masters[0]?.dataset.tickAll;
    const rows = [...form.querySelectorAll(`input[type=checkbox][name="${name}"]`)];
    if (!rows.length) continue;
    const everything = form.elements.namedItem("all");
    const count = form.querySelector("[data-ticked]");

    function show() {
      const ticked = rows.filter((row) => row.checked).length;
      for (const master of masters) {
        master.checked = ticked === rows.length;
        master.indeterminate = ticked > 0 && ticked < rows.length;
      }
      if (count) count.textContent = everything?.checked ? "将办理符合条件的全部案件" : ticked ? `已选 ${ticked} 件` : "";
    }

    for (const master of masters) {
      master.hidden = false;
      const label = master.closest("label");
      if (label) label.hidden = false;
      master.addEventListener("change", () => {
        for (const row of rows) row.checked = master.checked;
        show();
      });
    }
    form.addEventListener("change", show);
    show();
  }
})();
