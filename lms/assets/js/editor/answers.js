// Talking to the server: the same forms a page without script would send; answers are pieces of the page or JSON.
export class Refused extends Error {
  constructor(status, body) {
    super(body?.message ?? String(status));
    this.status = status;
    this.body = body ?? {};
  }
}

const token = () => document.querySelector('input[name="csrf_token"]')?.value ?? "";

export async function getPiece(address, options = {}) {
  const answer = await fetch(address, { ...options, headers: { "X-Fragment": "1" }, credentials: "same-origin" });
  if (!answer.ok) throw new Refused(answer.status);
  return answer.text();
}

// Sends a form and follows its redirect to the piece that shows the new state.
export async function postPiece(address, fields) {
  const body = new URLSearchParams(fields);
  body.set("csrf_token", token());
  const answer = await fetch(address, { method: "POST", body, headers: { "X-Fragment": "1" }, credentials: "same-origin" });
  if (!answer.ok && answer.status !== 422) throw new Refused(answer.status);
  return { html: await answer.text(), address: new URL(answer.url), status: answer.status };
}

export async function postJson(address, fields) {
  const body = new URLSearchParams(fields);
  body.set("csrf_token", token());
  const answer = await fetch(address, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    credentials: "same-origin",
  });
  const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  if (!answer.ok) throw new Refused(answer.status, told);
  return told;
}

export function say(words) {
  const place = document.querySelector("[data-live]");
  if (!place || !words) return;
  place.textContent = "";
  setTimeout(() => (place.textContent = words), 30);
}

export function fill(pattern, values) {
  return Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), pattern ?? "");
}

// Puts a piece in place and keeps the focus: on the same control where it is still there, else on `otherwise`.
export function putPiece(place, html, otherwise) {
  const held = document.activeElement?.id;
  place.innerHTML = html;
  const toasts = place.querySelector("[data-toasts]");
  if (toasts) {
    showToasts([...toasts.children]);
    toasts.remove();
  }
  const next = (held ? document.getElementById(held) : null) || (otherwise ? document.getElementById(otherwise) : null);
  const menu = next?.closest("details.menu");
  if (menu) menu.open = true;
  if (next?.disabled) next.closest(".menu-list, [tabindex], li")?.querySelector("button:not([disabled])")?.focus();
  else next?.focus({ preventScroll: true });
}

function showToasts(toasts) {
  const place = document.querySelector(".toasts");
  for (const toast of toasts) {
    place.append(toast);
    setTimeout(() => toast.remove(), toast.querySelector("form") ? 20000 : 8000);
  }
}
