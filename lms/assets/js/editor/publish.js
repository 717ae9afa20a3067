// Publishing asks in a dialog which runs take it; everything written goes to the server first.
import { flushAll } from "./saving.js";

export function startPublish(page) {
  const part = page.querySelector("[data-publish-part]");
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "publish-h");
  part.before(dialog);
  dialog.append(part);
  page.querySelector("[data-publish]").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  document.addEventListener(
    "submit",
    async (event) => {
      if (!dialog.contains(event.target)) return;
      event.preventDefault();
      if (await flushAll()) event.target.submit();
      else dialog.close();
    },
    true,
  );
}
