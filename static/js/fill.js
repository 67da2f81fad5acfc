/* 薪报: a field that suggests (role=combobox, filled by htmx). Arrows go through the options, Enter takes one, Escape closes. An
   option's `data-fill` holds {"field": "value"}; fields the reader cannot choose are left. */
"use strict";

(() => {
  const placeOf = (input) => document.querySelector(`[data-options-of="${input.id}"]`);
  const optionsOf = (input) => [...placeOf(input).querySelectorAll("[role=option]")];

  function show(input) {
    const found = optionsOf(input).length;
    input.setAttribute("aria-expanded", String(found > 0));
    input.removeAttribute("aria-activedescendant");
    const told = input.closest(".field").querySelector("[data-options-told]");
    if (told) told.textContent = found ? `有 ${found} 个已登记过的单位，按上下键选择，回车填入。` : "";
  }

  function close(input) {
    placeOf(input).replaceChildren();
    show(input);
  }

  function activate(input, option) {
    for (const one of optionsOf(input)) one.setAttribute("aria-selected", String(one === option));
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function take(input, option) {
    const { form } = input;
    for (const [name, value] of Object.entries(JSON.parse(option.dataset.fill))) {
      const field = form.elements.namedItem(name);
      if (!field || (field.tagName === "SELECT" && ![...field.options].some((one) => one.value === value))) continue;
      field.value = value;
    }
    htmx.trigger(input, "htmx:abort");
    input.dataset.taken = input.value;
    close(input);
    // Autosave hears it as typing; the suggestion box, which waits for its own field, does not.
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const comboboxOf = (place) => place && document.getElementById(place.dataset.optionsOf);

  document.addEventListener("keydown", (event) => {
    const input = event.target.closest("input[role=combobox]");
    if (!input || event.isComposing) return;
    const options = optionsOf(input);
    const at = options.findIndex((option) => option.id === input.getAttribute("aria-activedescendant"));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!options.length) return;
    if (step) {
      event.preventDefault();
      activate(input, options[at < 0 && step < 0 ? options.length - 1 : (at + step + options.length) % options.length]);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      take(input, options[at]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close(input);
    }
  });

  // Pressing the mouse on an option leaves the field focused; leaving the field closes the list.
  document.addEventListener("mousedown", (event) => event.target.closest("[role=option][data-fill]") && event.preventDefault());
  document.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option][data-fill]");
    if (option) take(comboboxOf(option.closest("[data-options-of]")), option);
  });
  document.addEventListener("focusout", (event) => event.target.matches("input[role=combobox]") && close(event.target));

  document.addEventListener("htmx:afterSwap", (event) => {
    const input = comboboxOf(event.target.closest("[data-options-of]"));
    if (!input) return;
    if (input.dataset.taken === input.value || document.activeElement !== input) close(input);
    else show(input);
  });
})();
