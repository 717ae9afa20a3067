// Toasts without an undo leave after eight seconds, unless someone is at them. Other modules say something by
// dispatchEvent(new CustomEvent("toast", { detail: "words" })) on the window.
const region = document.querySelector(".toasts");
function watch(toast) {
  if (toast.querySelector("form")) return;
  let timer;
  const wait = () => (timer = setTimeout(() => toast.remove(), 8000));
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", wait);
  wait();
}
for (const toast of document.querySelectorAll(".toast")) watch(toast);
window.addEventListener("toast", (event) => {
  const toast = document.createElement("div");
  const words = document.createElement("p");
  toast.className = "toast";
  words.className = "grow";
  words.textContent = event.detail;
  toast.append(words);
  region?.append(toast);
  watch(toast);
});
