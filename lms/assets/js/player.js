// The player with script: an answer swaps in place, arrow keys move, answers given offline are kept and sent later.
// Everything here also works without it, by forms and links.
import "./fresh-links.js";

const RETRY_MS = 20000;
const account = () => document.querySelector("[data-player]")?.dataset.account ?? "";
const storeKey = () => `benhoc.answers.${account()}`;

function readQueue() {
  try {
    return JSON.parse(localStorage.getItem(storeKey()) ?? "[]");
  } catch {
    return [];
  }
}

function writeQueue(answers) {
  try {
    if (answers.length) localStorage.setItem(storeKey(), JSON.stringify(answers));
    else localStorage.removeItem(storeKey());
  } catch {
    // A full or forbidden store: the answer stays in the form on the page.
  }
  showState();
}

function showState() {
  const waiting = readQueue().length > 0;
  document.querySelector("[data-offline]")?.toggleAttribute("hidden", !waiting && navigator.onLine);
  document.querySelector("[data-saved]")?.toggleAttribute("hidden", waiting || !navigator.onLine);
}

function keep(action, body) {
  body.delete("csrf_token"); // a fresh one is taken when it is sent
  const kept = readQueue().filter((answer) => answer.action !== action);
  writeQueue([...kept, { action, body: body.toString() }]);
}

function post(action, body) {
  return fetch(action, { method: "POST", body, headers: { "X-Fragment": "1" }, credentials: "same-origin" });
}

function swap(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("#player");
  const old = document.querySelector("#player");
  if (!fresh || !old) return false;
  old.replaceWith(fresh);
  ready();
  const told = fresh.querySelector("[role=alert]") ?? fresh.querySelector("#result");
  if (told) {
    told.tabIndex = -1;
    told.focus({ preventScroll: true });
    told.scrollIntoView({ block: "nearest" });
  }
  return true;
}

async function answer(form) {
  const body = new URLSearchParams(new FormData(form));
  form.setAttribute("aria-busy", "true");
  try {
    const response = await post(form.action, body);
    if (response.redirected || response.status >= 500 || !swap(await response.text())) form.submit();
  } catch {
    keep(form.action, body);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

let sending = false;

async function sendKept() {
  if (sending || !navigator.onLine) return;
  sending = true;
  const token = document.querySelector("input[name=csrf_token]")?.value;
  const here = document.querySelector("[data-answer]")?.action;
  let shown = "";
  try {
    for (const kept of readQueue()) {
      const body = new URLSearchParams(kept.body);
      if (token) body.set("csrf_token", token);
      const response = await post(kept.action, body);
      const again = response.redirected || response.status >= 500 || [400, 429].includes(response.status);
      if (again) break; // signed out or out of breath: it stays kept
      if (kept.action === here) shown = await response.text();
      writeQueue(readQueue().filter((other) => other.body !== kept.body));
    }
  } catch {
    // still offline
  } finally {
    sending = false;
  }
  if (shown) swap(shown);
  showState();
}

function ready() {
  document.querySelector("[data-keys]")?.removeAttribute("hidden");
  showState();
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-answer]");
  if (!form) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") !== "true") answer(form);
});

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, video, audio, [contenteditable], [tabindex='0']")) return;
  const wanted = { ArrowLeft: "[data-previous]", ArrowRight: "[data-next]" }[event.key];
  if (wanted) document.querySelector(wanted)?.click();
  if (event.key === "Escape") document.querySelector(".pl-drawer[open]")?.removeAttribute("open");
});

addEventListener("online", sendKept);
addEventListener("offline", showState);
setInterval(() => readQueue().length && sendKept(), RETRY_MS);
ready();
sendKept();
