// Units and lessons: every form in the outline changes it in place; rows are dragged, or moved by Alt and the arrows.
import Sortable from "sortablejs";
import { getPiece, postPiece, putPiece, say } from "./answers.js";

export function startOutline(tree) {
  const show = (html, otherwise) => {
    putPiece(tree, html, otherwise);
    arrange(tree, send);
  };
  async function send(address, fields, otherwise) {
    try {
      const answer = await postPiece(address, fields);
      if (answer.address.pathname.startsWith("/teach/lessons/") && answer.status === 200) {
        location.assign(answer.address);
        return;
      }
      show(answer.html, otherwise);
      const alert = tree.querySelector('[role="alert"]');
      if (alert) document.getElementById(alert.id.replace(/-error$/, ""))?.focus();
    } catch {
      show(await getPiece(location.pathname).catch(() => tree.innerHTML), otherwise);
    }
  }
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!tree.contains(form)) return;
      event.preventDefault();
      const address = event.submitter?.getAttribute("formaction") || form.action;
      const fields = new FormData(form, event.submitter);
      send(address, fields, event.submitter?.closest("li[id]")?.id).then(() => announce(tree, event.submitter));
    },
    true,
  );
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const row = event.target.closest?.("[data-lesson], [data-unit][data-move]");
    if (!row || !tree.contains(row)) return;
    event.preventDefault();
    const key = row.dataset.lesson ?? row.dataset.unit;
    document.getElementById(`${event.key === "ArrowUp" ? "up" : "down"}-${key}`)?.click();
  });
  arrange(tree, send);
}

function announce(tree, pressed) {
  const row = pressed?.id && document.getElementById(pressed.id)?.closest("li[data-title]");
  if (row) say(`${row.dataset.title}: ${[...row.parentElement.children].indexOf(row) + 1}/${row.parentElement.children.length}`);
}

function arrange(tree, send) {
  const look = { handle: "[data-grip]", animation: 120, ghostClass: "is-ghost", chosenClass: "is-held" };
  const units = tree.querySelector("[data-units]");
  if (!units?.querySelector("[data-grip]")) return;
  new Sortable(units, {
    ...look,
    onEnd: ({ item, newIndex, oldIndex }) => newIndex !== oldIndex && send(item.dataset.move, { place: newIndex }),
  });
  for (const list of tree.querySelectorAll("[data-lessons]")) {
    new Sortable(list, {
      ...look,
      group: "lessons",
      onEnd: ({ item, to, newIndex }) => send(item.dataset.move, { unit: to.dataset.unit, place: newIndex }),
    });
  }
}
