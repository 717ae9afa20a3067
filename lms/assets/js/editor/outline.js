// Units and lessons: every form in the outline changes it in place; rows are dragged, or moved by Alt and the arrows.
import Sortable from "sortablejs";
import { getPiece, postPiece, putPiece, say } from "./answers.js";
import { holdWords } from "./words.js";

export function startOutline(tree) {
  let last = Promise.resolve();
  const show = (html, otherwise, takeWords) => {
    const putWords = takeWords();
    putPiece(tree, html, otherwise);
    arrange(tree, send);
    return putWords(tree);
  };
  // One after another: each answer shows the outline as it is after all before it.
  const send = (address, fields, otherwise, form, unsent) => {
    const takeWords = holdWords(tree, form);
    return (last = last.then(() => sendNow(address, fields, otherwise, takeWords, unsent)));
  };
  async function sendNow(address, fields, otherwise, takeWords, unsent) {
    try {
      const answer = await postPiece(address, fields);
      if (answer.address.pathname.startsWith("/teach/lessons/") && answer.status === 200) {
        location.assign(answer.address);
        return;
      }
      const isWriting = show(answer.html, otherwise, takeWords);
      const alert = tree.querySelector('[role="alert"]');
      if (alert && !isWriting) document.getElementById(alert.id.replace(/-error$/, ""))?.focus();
    } catch {
      const html = await getPiece(location.pathname).catch(() => null);
      if (html !== null) show(html, otherwise, takeWords);
      unsent?.();
      say(tree.dataset.sayAway);
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
      const id = event.submitter?.id || event.submitter?.closest("li[id]")?.id;
      const unsent = form.matches("[data-add]") ? takeTitle(form) : null;
      send(address, fields, id, form, unsent).then(() => announce(tree, event.submitter));
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

// The next title may be typed at once; one that did not reach the server comes back.
function takeTitle(form) {
  const { id, value } = form.elements.title;
  form.elements.title.value = "";
  return () => {
    const field = document.getElementById(id);
    if (field && !field.value) field.value = value;
  };
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
