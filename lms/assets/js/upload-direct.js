// One file, piece by piece, from here to the storage: for each piece the site signs an address for exactly its bytes.
// What has arrived is noted by the site, so a closed lid costs the piece in hand; the address of the upload is kept.
const TUS = { "Tus-Resumable": "1.0.0" };
const WAITED_FOR = [0, 408, 409, 423, 429, 500, 502, 503, 504];

class Broken extends Error {
  constructor(status, { unreachable = false, words = "" } = {}) {
    super(`broken (${status})`);
    Object.assign(this, { status, unreachable, words });
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

async function ask(url, options) {
  let answer;
  try {
    answer = await fetch(url, options);
  } catch {
    throw new Broken(0);
  }
  if (answer.ok) return answer;
  const body = options.method === "HEAD" ? {} : await answer.json().catch(() => ({}));
  throw new Broken(answer.status, { words: body.message });
}

async function begin(file, settings) {
  const said = [`filename ${base64(file.name)}`];
  if (settings.path) said.push(`relativePath ${base64(settings.path)}`);
  if (settings.home) said.push(`home ${base64(settings.home)}`);
  const answer = await ask(settings.tusEndpoint, {
    method: "POST",
    headers: { ...settings.headers, ...TUS, "Upload-Length": String(file.size), "Upload-Metadata": said.join(",") },
  });
  const address = new URL(answer.headers.get("Location"), location.href).pathname;
  localStorage.setItem(`direct-${settings.marks}`, address);
  return { address, offset: 0 };
}

async function goOn(file, settings) {
  const address = localStorage.getItem(`direct-${settings.marks}`);
  if (!address) return begin(file, settings);
  try {
    return { address, offset: await offsetOf(address, settings) };
  } catch (error) {
    if (![404, 410].includes(error.status)) throw error;
    return begin(file, settings);
  }
}

async function offsetOf(address, settings) {
  const answer = await ask(address, { method: "HEAD", headers: { ...settings.headers, ...TUS } });
  return Number(answer.headers.get("Upload-Offset"));
}

function put(url, headers, blob, told, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    told.stopper(() => request.abort());
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
    request.addEventListener("load", () => (request.status < 300 ? resolve() : reject(new Broken(request.status))));
    request.addEventListener("error", () => reject(new Broken(0, { unreachable: true })));
    request.addEventListener("abort", () => reject(new Broken(-1)));
    request.send(blob);
  });
}

async function sendPiece(file, offset, at, settings, told) {
  const blob = file.slice(offset, offset + Number(settings.directPiece));
  const bytes = await blob.arrayBuffer();
  const said = { start: offset, size: bytes.byteLength, sha256: hex(await crypto.subtle.digest("SHA-256", bytes)) };
  const tell = (step, more = {}) =>
    ask(`${at}/${step}`, { method: "POST", headers: settings.headers, body: new URLSearchParams({ ...said, ...more }) });
  const { name, url, headers } = await (await tell("piece")).json();
  await put(url, headers, new Blob([bytes]), told, (sent) => told.progress(offset + Math.min(sent, bytes.byteLength - 1)));
  return (await (await tell("arrived", { name })).json()).offset;
}

export async function sendToStorage(file, settings, told) {
  let { address, offset } = await goOn(file, settings);
  let stopped = false;
  const drop = () => fetch(address, { method: "DELETE", headers: { ...settings.headers, ...TUS } }).catch(() => {});
  const stopper = (abort) =>
    told.stopper(() => {
      stopped = true;
      localStorage.removeItem(`direct-${settings.marks}`);
      abort();
      drop();
    });
  stopper(() => {});
  told.address(address);
  if (offset) told.resumed();
  const at = `${settings.directEndpoint}${address.split("/").pop()}`;
  let tries = 0;
  let arrived = false;
  while (offset < file.size) {
    if (stopped) throw new Broken(-1);
    try {
      offset = await sendPiece(file, offset, at, settings, { ...told, stopper });
      tries = 0;
      arrived = true;
      told.progress(offset);
    } catch (error) {
      if (stopped || !WAITED_FOR.includes(error.status)) throw error;
      if (error.unreachable && !arrived && navigator.onLine !== false) throw error;
      error.unreachable = false;
      if (tries >= settings.retries.length || navigator.onLine === false) throw error;
      await pause(settings.retries[tries++]);
      if (error.status === 409) offset = await offsetOf(address, settings);
    }
  }
}
