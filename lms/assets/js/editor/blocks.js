// The blocks of a lesson: open one to write where it stands, add, move and throw away without leaving the page.
import Sortable from "sortablejs";
import { fill, getPiece, postPiece, putPiece, say } from "./answers.js";
import { flush, flushAll, forget, isDirty, isSending, watchForm } from "./saving.js";
import { holdWords } from "./words.js";
import { startWriting } from "./writing.js";

let page;
let list;
let current = "";

export const currentBlock = () => current;

// What the lesson may be shared as now, in one sentence; '' where nothing of others stands in it.
export const rightsWords = () => list.querySelector("[data-rights]")?.dataset.rights ?? "";

export function startBlocks(root) {
  page = root;
  list = page.querySelector("[data-blocks]");
  for (const form of list.querySelectorAll("[data-form]")) startWriting(form);
  document.addEventListener("submit", onSubmit, true);
  list.addEventListener("click", onClick);
  list.addEventListener("keydown", onKey);
  list.addEventListener("change", (event) => event.target.matches("[data-kind]") && reopen(event.target.form));
  list.addEventListener("reopen", (event) => open(event.target.closest("[data-block]"), "", true));
  list.addEventListener("focusin", (event) => (current = event.target.closest("[data-block]")?.dataset.block ?? current));
  document.addEventListener("click", onLeave);
  makeSortable();
  page.querySelector(".has-error")?.focus();
}

// Sends a deed and shows the lesson as it is afterwards. Returns the uuid of the block the answer points to.
export async function change(address, fields, otherwise) {
  await flushAll();
  try {
    const answer = await postPiece(address, fields);
    if (!answer.address.pathname.startsWith(page.dataset.address)) throw new Error("elsewhere");
    const uuid = answer.address.searchParams.get("open") ?? answer.address.searchParams.get("at");
    showList(answer.html, otherwise || (uuid ? `a-${uuid}` : ""));
    return uuid;
  } catch {
    say(page.dataset.sayReload);
    showList(await getPiece(page.dataset.address).catch(() => list.innerHTML));
    return "";
  }
}

// A form that is written in, or was while the answer was on its way, stays as it is, cursor and all.
function showList(html, otherwise) {
  const forms = [...list.querySelectorAll("[data-form]")];
  const held = forms.includes(document.activeElement?.form) ? document.activeElement : null;
  const cursor = held?.selectionStart == null ? null : [held.selectionStart, held.selectionEnd];
  const stays = (form) => form === held?.form || isDirty(form) || isSending(form);
  const kept = new Map(forms.filter(stays).map((form) => [form.closest("[data-block]").dataset.block, form]));
  for (const form of forms) if (!stays(form)) forget(form);
  putPiece(list, html, held ? "" : otherwise);
  for (const [uuid, form] of kept) keepForm(list.querySelector(`[data-block="${uuid}"]`), form);
  for (const form of list.querySelectorAll("[data-form]")) {
    if (kept.get(form.closest("[data-block]").dataset.block) === form) continue;
    watchForm(form);
    startWriting(form);
    if (!held) firstField(form)?.focus();
  }
  held?.focus({ preventScroll: true });
  if (cursor) held.setSelectionRange(...cursor);
  makeSortable();
}

function keepForm(block, form) {
  if (!block) return;
  block.querySelector("[data-form], [data-view]").replaceWith(form);
  block.classList.add("is-open");
}

const firstField = (form) => form.querySelector("textarea, [data-kind]") ?? form.querySelector("input.input");

function onSubmit(event) {
  const form = event.target;
  if (!list.contains(form)) return;
  event.preventDefault();
  const pressed = event.submitter;
  if (form.matches("[data-form]")) {
    if (pressed?.matches("[data-rows]")) reopen(form, "&rows=1");
    else close(form);
    return;
  }
  const block = pressed?.closest("[data-block]");
  const rights = rightsWords();
  change(pressed?.getAttribute("formaction") || form.action, new FormData(form, pressed), pressed?.id).then(() => {
    if (pressed?.name === "to" && block) announcePlace(block.dataset.block);
    else if (rightsWords() !== rights) say(rightsWords());
  });
}

function announcePlace(uuid) {
  const row = document.getElementById(`a-${uuid}`);
  if (!row) return;
  const rows = [...row.parentElement.children];
  say(fill(page.dataset.sayMoved, { place: rows.indexOf(row) + 1, count: rows.length }));
}

function onClick(event) {
  const edit = event.target.closest("[data-edit]");
  const view = event.target.closest(".has-script [data-view]");
  if (!edit && (!view || event.target.closest("a, button, summary"))) return;
  event.preventDefault();
  open((edit ?? view).closest("[data-block]"));
}

function onKey(event) {
  const block = event.target.closest("[data-block]");
  if (!block) return;
  const form = event.target.closest("[data-form]");
  if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
    event.preventDefault();
    document.getElementById(`${event.key === "ArrowUp" ? "up" : "down"}-${block.dataset.block}`)?.click();
  } else if (event.key === "Escape" && form) {
    event.preventDefault();
    close(form);
  } else if (event.key === "Enter" && event.target === block) {
    event.preventDefault();
    open(block);
  }
}

// Away to the preview: first everything written goes to the server.
async function onLeave(event) {
  const link = event.target.closest(".ed-top a[href], .ed-rail a[href]");
  if (!link || link.getAttribute("href").startsWith("#") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  await flushAll();
  location.assign(link.href);
}

async function open(block, extra = "", again = false) {
  if (!block || (block.querySelector("[data-form]") && !again)) return;
  for (const form of list.querySelectorAll("[data-form]")) if (!block.contains(form)) await close(form, false);
  const part = block.querySelector("[data-form], [data-view]");
  const takeWords = holdWords(block, part);
  let html;
  do {
    if (isSending(part)) await flush(part);
    html = await getPiece(`${block.dataset.address}?open=1${extra}`).catch(() => null);
  } while (html !== null && isSending(part)); // what was saved meanwhile has made it old
  if (html === null) {
    say(page.dataset.sayReload);
    return;
  }
  if (!part.isConnected) return;
  const putWords = takeWords();
  if (part.matches("[data-form]")) forget(part);
  part.outerHTML = html;
  block.classList.add("is-open");
  const form = block.querySelector("[data-form]");
  watchForm(form);
  startWriting(form);
  if (!putWords(block)) (again ? form.querySelector("[data-kind]") ?? firstField(form) : firstField(form))?.focus();
}

async function reopen(form, extra = "") {
  form.dispatchEvent(new Event("input"));
  if (await flush(form)) await open(form.closest("[data-block]"), extra, true);
}

async function close(form, hold = true) {
  const block = form.closest("[data-block]");
  let html;
  do {
    if (!(await flush(form))) return;
    html = await getPiece(block.dataset.address).catch(() => null);
    if (html === null || !form.isConnected) return;
  } while (isDirty(form)); // written in meanwhile: what is shown must have it
  forget(form);
  form.outerHTML = html;
  block.classList.remove("is-open", "has-error");
  block.querySelector(".block-error")?.remove();
  if (hold) block.focus({ preventScroll: true });
}

function makeSortable() {
  const rows = list.querySelector("[data-list]");
  new Sortable(rows, {
    handle: "[data-grip]",
    draggable: ".block, .result",
    animation: 120,
    ghostClass: "is-ghost",
    chosenClass: "is-held",
    group: { name: "blocks", put: ["shelf"] },
    onUpdate: ({ item, newDraggableIndex }) => change(item.dataset.move, { place: newDraggableIndex }, item.id),
    onAdd: ({ item }) => dropped(item),
  });
}

// A result dropped between two blocks is inserted there.
function dropped(item) {
  const before = item.previousElementSibling?.dataset.block ?? "start";
  const form = item.querySelector("[data-insert]");
  item.remove();
  if (!form) {
    say(item.querySelector(".verdict")?.textContent);
    return;
  }
  const fields = new FormData(form);
  fields.set("after", before);
  change(form.action, fields).then((uuid) => uuid && say(`${page.dataset.sayInserted} ${rightsWords()}`));
}
