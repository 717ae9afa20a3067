// Menus are <details>: Escape and a press elsewhere close them.
const open = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
// Filters stand open where there is room for them.
if (window.matchMedia("(min-width: 961px)").matches) {
  for (const box of document.querySelectorAll("details.facets-box")) box.open = true;
}
