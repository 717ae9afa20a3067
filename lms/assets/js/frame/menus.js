// Menus are <details>: Escape, a press elsewhere and leaving by Tab close them; arrows walk through them.
const opened = () => document.querySelectorAll("details.menu[open]");
const close = (menu) => {
  menu.open = false;
  menu.querySelector("summary").focus();
};
document.addEventListener("click", (event) => {
  for (const menu of opened()) {
    if (event.target.closest("[data-close-menu]") && menu.contains(event.target)) close(menu);
    else if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("focusin", (event) => {
  for (const menu of opened()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu");
  if (event.key === "Escape") for (const each of opened()) close(each);
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key) || event.target.matches("input, textarea, select")) return;
  event.preventDefault();
  menu.open = true;
  const entries = [...menu.querySelectorAll(".menu-list a, .menu-list button")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = entries.indexOf(document.activeElement);
  entries[at < 0 ? (step > 0 ? 0 : entries.length - 1) : (at + step + entries.length) % entries.length]?.focus();
});
// Filters stand open where there is room for them.
if (window.matchMedia("(min-width: 961px)").matches) {
  for (const box of document.querySelectorAll("details.facets-box")) box.open = true;
}
