/* What a file input holds: names, sizes, pictures; files dropped, pasted and photographed into a form with data-gather. */
"use strict";

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches("input[type=file][data-preview]") || input.closest("form[data-gather]")) return;
  const place = document.getElementById(input.dataset.preview);
  place.replaceChildren(...[...input.files].map(previewOf));
});

function previewOf(file) {
  const figure = document.createElement("figure");
  if (file.type.startsWith("image/")) {
    const image = document.createElement("img");
    image.alt = "";
    const reader = new FileReader();
    reader.onload = () => { image.src = reader.result; };
    reader.readAsDataURL(file);
    figure.append(image);
  }
  const size = file.size < 1048576 ? `${Math.ceil(file.size / 1024)} KB` : `${(file.size / 1048576).toFixed(1)} MB`;
  const words = `${file.name}（${size}）`;
  figure.append(Object.assign(document.createElement("figcaption"), { textContent: words }));
  return figure;
}

/* ---- several files from several places, each with its kind ---- */

const gathering = () => one("form[data-gather]");
const mainInput = (form) => one("input[type=file]:not([capture])", form);

/* The files of the form, in order, with what was said of each. */
const gathered = new Map();

function showGathered(form, files) {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  const input = mainInput(form);
  input.files = transfer.files;
  for (const file of [...gathered.keys()]) if (!files.includes(file)) gathered.delete(file);
  one("#evidence-chosen").replaceChildren(...files.map((file) => rowOf(form, file)));
}

function rowOf(form, file) {
  const figure = previewOf(file);
  const common = one("select[name=kind]", form);
  const kind = common.cloneNode(true);
  kind.name = "kinds";
  kind.removeAttribute("id");
  kind.removeAttribute("aria-describedby");
  kind.setAttribute("aria-label", `“${file.name}”的材料类别`);
  kind.value = gathered.get(file);
  kind.addEventListener("change", () => gathered.set(file, kind.value));
  const leave = document.createElement("button");
  leave.type = "button";
  leave.className = "btn btn-sm";
  leave.textContent = "移除";
  leave.setAttribute("aria-label", `移除“${file.name}”`);
  leave.addEventListener("click", () => {
    showGathered(form, [...gathered.keys()].filter((other) => other !== file));
    mainInput(form).focus();
  });
  figure.append(kind, leave);
  return figure;
}

function gather(form, files) {
  const common = one("select[name=kind]", form).value;
  const same = (file) => [...gathered.keys()].some(
    (other) => other.name === file.name && other.size === file.size && other.lastModified === file.lastModified,
  );
  for (const file of files) if (!same(file)) gathered.set(file, common);
  showGathered(form, [...gathered.keys()]);
}

/* A picture from the clipboard has no name of its own. */
function named(file, number) {
  if (file.name && file.name !== "image.png") return file;
  const now = new Date();
  const two = (figure) => String(figure).padStart(2, "0");
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join("");
  const ending = (file.type.split("/")[1] || "png").replace("jpeg", "jpg");
  return new File([file], `截图 ${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${time}${number ? `-${number + 1}` : ""}.${ending}`, { type: file.type });
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-gather]");
  if (!form) return;
  if (event.target.matches("input[type=file]")) {
    const chosen = [...event.target.files];
    if (event.target.hasAttribute("capture")) event.target.value = "";
    gather(form, chosen);
  } else if (event.target.matches("select[name=kind]")) {
    for (const file of gathered.keys()) gathered.set(file, event.target.value);
    showGathered(form, [...gathered.keys()]);
  }
});

/* Cells and paragraphs are copied with a picture of themselves: in a field of text their words are meant. */
const meansWords = (event) => event.target.matches("input, textarea") && event.clipboardData.types.includes("text/plain");

document.addEventListener("paste", (event) => {
  const form = gathering();
  const files = [...(event.clipboardData?.files ?? [])];
  if (!form || !files.length || meansWords(event)) return;
  event.preventDefault();
  gather(form, files.map(named));
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const form = gathering();
    if (!form || ![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();  // a file that misses the form does not replace the page
    form.classList.toggle("dropping", kind === "dragover");
    if (kind === "drop") gather(form, [...event.dataTransfer.files]);
  });
}

/* ---- a panel over the page ---- */

document.addEventListener("htmx:afterSwap", (event) => {
  const panel = event.detail.target;
  if (panel?.matches("dialog[data-panel]") && !panel.open) panel.showModal();
});
document.addEventListener("click", (event) => {
  const panel = event.target.closest("dialog[data-panel]");
  if (panel && (event.target === panel || event.target.closest("[data-close-dialog]"))) panel.close();
});
document.addEventListener("close", (event) => {
  if (event.target.matches("dialog[data-panel]")) event.target.replaceChildren();
}, true);
