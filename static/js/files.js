/* What a file input holds: names, sizes, pictures. */
"use strict";

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches("input[type=file][data-preview]")) return;
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
  const words = `${file.name}（${(file.size / 1048576).toFixed(1)} MB）`;
  figure.append(Object.assign(document.createElement("figcaption"), { textContent: words }));
  return figure;
}
