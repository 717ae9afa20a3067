// A field for files says what was chosen, in the page's own words; the browser's own words are covered by our button.
document.addEventListener("change", (event) => {
  const input = event.target.closest?.('.file-box input[type="file"]');
  const place = input?.parentElement.querySelector("[data-file-name]");
  if (!place) return;
  const { files } = input;
  place.dataset.none ??= place.textContent;
  if (!files.length) place.textContent = place.dataset.none;
  else if (files.length === 1) place.textContent = files[0].name;
  else place.textContent = place.dataset.many.replace("{num}", files.length);
});
