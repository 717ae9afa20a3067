// A ticked filter takes effect at once; without script the form's own button does it.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form?.requestSubmit();
});
