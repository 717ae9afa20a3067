// What is written is saved by itself: kept on this device at once, sent when the hand rests, sent again when the
// connection is back. A save on top of someone else's shows both; nothing is overwritten unasked.
import { Refused, fill, postJson } from "./answers.js";

const REST = 800;
const AGAIN = 10000;
const watched = new Map();
let page;

export function startSaving(root) {
  page = root;
  const about = page.querySelector("[data-about]");
  if (about) watchForm(about);
  for (const form of page.querySelectorAll("[data-form]")) watchForm(form);
  window.addEventListener("online", flushAll);
  setInterval(() => [...watched.values()].some((one) => one.failed) && flushAll(), AGAIN);
  window.addEventListener("beforeunload", (event) => {
    if ([...watched.values()].some((one) => one.dirty && !one.kept)) event.preventDefault();
  });
}

const key = (form) => `benhoc-draft:${page.dataset.account}:${new URL(form.action).pathname}`;
const fieldsOf = (form) => [...new FormData(form)].filter(([name]) => name !== "csrf_token");

export function watchForm(form) {
  const state = { form, dirty: false, failed: false, kept: false, timer: 0, sending: null };
  watched.set(form, state);
  const changed = () => {
    state.dirty = true;
    keep(state);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => flush(form), REST);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  bringBack(state, changed);
}

export function forget(form) {
  const state = watched.get(form);
  if (state) {
    clearTimeout(state.timer);
    state.isGone = true;
  }
  watched.delete(form);
}

export const isDirty = (form) => watched.get(form)?.dirty ?? false;
export const isSending = (form) => Boolean(watched.get(form)?.sending);

const shape = (fields) => fields.map(([name]) => name).filter((name) => name !== "correct" && name !== "unaccented" && name !== "free_preview").join();

function keep(state) {
  if (state.isGone) return;
  try {
    localStorage.setItem(key(state.form), JSON.stringify(fieldsOf(state.form)));
    state.kept = true;
  } catch {
    state.kept = false;
  }
}

// Words that never reached the server come back into the form. Their version comes too: if someone saved meanwhile,
// the server says so and both are shown.
function bringBack(state, changed) {
  let kept;
  try {
    kept = JSON.parse(localStorage.getItem(key(state.form)) ?? "null");
  } catch {
    kept = null;
  }
  if (!Array.isArray(kept) || shape(kept) !== shape(fieldsOf(state.form))) return;
  const values = new Map();
  for (const [name, value] of kept) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of state.form.elements) {
    if (!field.name || field.name === "csrf_token") continue;
    const given = values.get(field.name);
    if (field.type === "checkbox" || field.type === "radio") field.checked = given?.includes(field.value) ?? false;
    else if (given?.length) field.value = given.shift();
  }
  mark("kept", page.dataset.sayKept);
  changed();
}

export async function flush(form) {
  const state = watched.get(form);
  if (!state) return true;
  clearTimeout(state.timer);
  if (state.sending) await state.sending;
  if (!state.dirty) return true;
  state.sending = send(state);
  const saved = await state.sending;
  state.sending = null;
  return saved;
}

export async function flushAll() {
  const done = await Promise.all([...watched.keys()].filter((form) => form.isConnected).map(flush));
  return done.every(Boolean);
}

async function send(state) {
  const { form } = state;
  state.dirty = false;
  mark("saving", page.dataset.saySaving);
  try {
    const told = await postJson(form.action, fieldsOf(form));
    for (const name of ["version", "mark"]) if (told[name] !== undefined && form.elements[name]) form.elements[name].value = told[name];
    const block = form.closest("[data-block]");
    if (block && told.version) block.dataset.version = told.version;
    state.failed = false;
    if (!state.dirty) localStorage.removeItem(key(form));
    else keep(state);
    mark("saved", fill(page.dataset.saySaved, { time: told.saved }));
    changedSince();
    return true;
  } catch (error) {
    state.dirty = true;
    state.failed = !(error instanceof Refused);
    if (error instanceof Refused && error.status === 409 && error.body.theirs) showConflict(state, error.body);
    else if (error instanceof Refused) mark("failed", `${page.dataset.sayFailed}. ${Object.values(error.body.fields ?? {})[0] ?? error.body.message ?? ""}`);
    else mark("offline", page.dataset.sayOffline);
    return false;
  }
}

function mark(kind, words) {
  const badge = page.querySelector("[data-saved]");
  badge.className = `badge badge-${{ saved: "ok", saving: "info", kept: "info" }[kind] ?? "warn"}`;
  const icon = badge.querySelector("use");
  const name = { offline: "cloud-off", failed: "cloud-off", conflict: "triangle-alert" }[kind] ?? "cloud-check";
  icon?.setAttribute("href", icon.getAttribute("href").replace(/#.*/, `#${name}`));
  badge.querySelector("[data-words]").textContent = words;
}

function changedSince() {
  const badge = page.querySelector("[data-published] .badge-ok");
  if (!badge) return;
  const number = badge.textContent.match(/\d+/)?.[0] ?? "";
  badge.className = "badge badge-warn";
  badge.textContent = fill(page.dataset.sayChanged, { number });
}

function showConflict(state, body) {
  const { form } = state;
  const box = form.querySelector("[data-conflict]");
  mark("conflict", page.dataset.sayConflict);
  if (!box) return;
  const theirs = document.createElement("div");
  theirs.className = "conflict-theirs";
  theirs.textContent = linesOf(body.theirs).filter(Boolean).join("\n");
  const words = document.createElement("p");
  words.className = "strong";
  words.textContent = page.dataset.sayConflict;
  box.replaceChildren(words, theirs, choice(page.dataset.sayMine, () => keepMine(state, box, body)));
  box.append(" ", choice(page.dataset.sayTheirs, () => takeTheirs(state, box, body)));
  box.hidden = false;
  box.setAttribute("role", "alert");
}

// A block's words, or what a lesson says of itself.
function linesOf({ title, goal, minutes, data }) {
  if (!data) return [title, goal, minutes && `${page.dataset.sayMinutes}: ${minutes}`];
  return [title, data.markdown ?? data.prompt ?? data.note, ...(data.choices ?? []).map((row) => `- ${row.text}`)];
}

function choice(words, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-s";
  button.textContent = words;
  button.addEventListener("click", act);
  return button;
}

function keepMine(state, box, { version, mark: token }) {
  if (version !== undefined) state.form.elements.version.value = version;
  if (token !== undefined) state.form.elements.mark.value = token;
  box.hidden = true;
  flush(state.form);
}

function takeTheirs(state, box, { theirs, mark: token }) {
  localStorage.removeItem(key(state.form));
  state.dirty = false;
  if (theirs.data) {
    state.form.dispatchEvent(new CustomEvent("reopen", { bubbles: true }));
    return;
  }
  const { elements } = state.form;
  for (const name of ["title", "goal", "minutes"]) elements[name].value = theirs[name] ?? "";
  elements.free_preview.checked = theirs.free_preview;
  elements.mark.value = token;
  box.hidden = true;
  mark("saved", page.dataset.sayTaken);
}
