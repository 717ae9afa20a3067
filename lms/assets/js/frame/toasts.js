// Toasts without an undo leave after eight seconds, unless someone is at them.
for (const toast of document.querySelectorAll(".toast")) {
  if (toast.querySelector("form")) continue;
  let timer = setTimeout(() => toast.remove(), 8000);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
}
