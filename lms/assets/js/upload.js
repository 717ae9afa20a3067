// Many files at once, three at a time, with progress, cancel and retry. A small file is one request; a large one goes
// in pieces by tus, so that a broken line or a closed lid costs the last piece, and choosing it again goes on.
// Without this script the form posts all files in one go.
const form = document.getElementById("upload");
const AT_ONCE = 3;
const SMALL = 1024 * 1024;
const PIECE = 8 * 1024 * 1024;
const RETRIES = [0, 2000, 5000, 15000, 30000, 60000];
const queue = [];
const paths = new WeakMap();
const held = new Map();
let running = 0;
let isStorageReached = true;
let total = 0;
let leftOut = 0;
let done = 0;

const words = (name) => form.dataset[`words${name[0].toUpperCase()}${name.slice(1)}`];
const list = document.querySelector("[data-rows]");
const rowTemplate = document.getElementById("upload-row");

// Where a file lay below the chosen or dropped folder, its own name included; nothing for a single file.
const pathOf = (file) => file.webkitRelativePath || paths.get(file) || "";

// Marks that turn the direction of writing could make a name end otherwise than it does.
const shown = (name) => name.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");

// What systems leave beside the work of people; the server leaves out the same (`content_store/system_files.py`).
function isSystemFile(file) {
  const parts = (pathOf(file) || file.name).split("/");
  return parts.some((part) => part.startsWith(".") || part === "__MACOSX")
    || parts.at(-1).startsWith("~$") || /^(thumbs\.db|ehthumbs\.db|desktop\.ini)$/i.test(parts.at(-1));
}

function showSummary() {
  document.querySelector("[data-summary]").textContent = words("summary")
    .replace("{done}", done)
    .replace("{all}", total);
  document.querySelector("[data-further]").hidden = !done;
}

function makeRow(file) {
  const row = rowTemplate.content.firstElementChild.cloneNode(true);
  const part = (name) => row.querySelector(`[data-${name}]`);
  const entry = { file, row, part, request: null, state: "waiting" };
  part("name").textContent = shown(pathOf(file) || file.name);
  row.querySelector("progress").setAttribute("aria-label", shown(file.name));
  part("cancel").textContent = words("cancel");
  part("retry").textContent = words("retry");
  part("cancel").addEventListener("click", () => cancel(entry));
  part("retry").addEventListener("click", () => wait(entry));
  list.append(row);
  return entry;
}

function say(entry, text, { ended = false, failed = false, wrong = failed } = {}) {
  entry.part("state").textContent = text;
  entry.row.classList.toggle("is-failed", wrong);
  entry.row.querySelector(".progress").hidden = ended;
  entry.part("cancel").hidden = ended;
  entry.part("retry").hidden = !failed;
}

function showProgress(entry, share) {
  const percent = Math.floor(share * 100);
  entry.row.querySelector("progress").value = percent;
  entry.part("percent").textContent = `${percent}%`;
}

function wait(entry) {
  entry.state = "waiting";
  say(entry, words("waiting"));
  showProgress(entry, 0);
  queue.push(entry);
  next();
}

function cancel(entry) {
  const place = queue.indexOf(entry);
  if (place >= 0) queue.splice(place, 1);
  entry.state = "canceled";
  entry.request?.abort();
  say(entry, words("canceled"), { ended: true, failed: true, wrong: false });
}

function next() {
  while (running < AT_ONCE && queue.length) send(queue.shift());
}

function send(entry) {
  running += 1;
  entry.state = "sending";
  say(entry, words("sending"));
  if (entry.file.size <= SMALL) sendWhole(entry);
  else if (isStorageReached && Number(form.dataset.directPiece) && window.crypto?.subtle) sendDirect(entry);
  else sendInPieces(entry).catch(() => sendWhole(entry));
}

function end(entry) {
  entry.request = null;
  running -= 1;
  next();
}

const headers = () => ({ "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" });

function fail(entry, text) {
  if (entry.state !== "canceled") say(entry, text || words("failed"), { ended: true, failed: true });
}

// The refusals of the server are told in its own words; only what may pass by itself is tried again.
function refusalOf(error) {
  const body = error.originalResponse?.getBody() ?? "";
  try {
    return JSON.parse(body).message;
  } catch {
    return body.length < 300 && !body.startsWith("<") ? body : "";
  }
}

// The file's own marks: the same file chosen again after a reload is known by them, and the account keeps others out.
const marksOf = (file) =>
  ["benhoc", form.dataset.owner, pathOf(file) || file.name, file.size, file.lastModified].join("-");

// Straight to the storage, where it takes pieces by itself; where it cannot be reached from here, by tus from there on.
async function sendDirect(entry) {
  let address = null;
  try {
    const { sendToStorage } = await import(form.dataset.direct);
    if (entry.state === "canceled") return end(entry);
    const told = {
      address: (where) => (address = where),
      resumed: () => say(entry, words("resumed")),
      progress: (sent) => {
        showProgress(entry, sent / entry.file.size);
        say(entry, sent < entry.file.size ? words("sending") : words("reading"));
      },
      stopper: (abort) => {
        entry.request = { abort };
        if (entry.state === "canceled") abort();
      },
    };
    const home = form.elements.home?.value;
    const settings = { ...form.dataset, headers: headers(), home, path: pathOf(entry.file), marks: marksOf(entry.file), retries: RETRIES };
    await sendToStorage(entry.file, settings, told);
    return await makeDraft(entry, { url: address, forget: () => localStorage.removeItem(`direct-${marksOf(entry.file)}`) });
  } catch (error) {
    if (entry.state === "canceled") return end(entry);
    if (error.unreachable) {
      isStorageReached = false; // the rest of this page's files need not find it out one by one
      return sendInPieces(entry, address).catch(() => sendWhole(entry));
    }
    fail(entry, error.words || words("paused"));
    return end(entry);
  }
}

async function sendInPieces(entry, address = null) {
  const { Upload } = await import(form.dataset.tus);
  if (entry.state === "canceled") return end(entry);
  const metadata = { filename: entry.file.name };
  if (pathOf(entry.file)) metadata.relativePath = pathOf(entry.file);
  if (form.elements.home) metadata.home = form.elements.home.value;
  const upload = new Upload(entry.file, {
    endpoint: form.dataset.tusEndpoint,
    uploadUrl: address,
    headers: headers(),
    metadata,
    chunkSize: PIECE,
    retryDelays: RETRIES,
    removeFingerprintOnSuccess: false, // only once it is a draft: see makeDraft
    fingerprint: async (file) => marksOf(file),
    onShouldRetry: (error) => {
      const status = error.originalResponse?.getStatus() ?? 0;
      const again = status === 0 || status === 409 || status === 423 || status === 429 || status >= 500;
      if (again && navigator.onLine !== false) {
        say(entry, words("line"));
        held.set(entry, upload);
        return true;
      }
      return false;
    },
    onProgress: (sent, all) => {
      held.delete(entry);
      showProgress(entry, sent / all);
      say(entry, sent < all ? words("sending") : words("reading"));
    },
    onError: (error) => {
      held.delete(entry);
      fail(entry, error.originalResponse ? refusalOf(error) : words("paused"));
      end(entry);
    },
    onSuccess: () => makeDraft(entry, { url: upload.url, forget: () => forgetUploads(upload) }),
  });
  entry.request = { abort: () => stop(entry, upload) };
  const [before] = address ? [] : await upload.findPreviousUploads();
  if (entry.state === "canceled") return undefined; // `stop` has ended it
  if (before) {
    upload.resumeFromPreviousUpload(before);
    say(entry, words("resumed"));
  }
  upload.start();
  return undefined;
}

// The line is back: what waits for its next try goes on at once.
function goOn() {
  for (const [entry, upload] of held) {
    held.delete(entry);
    upload.abort().then(() => entry.state === "sending" && upload.start());
  }
}

function stop(entry, upload) {
  held.delete(entry);
  upload.abort(true).catch(() => {});
  end(entry);
}

async function forgetUploads(upload) {
  for (const known of await upload.findPreviousUploads()) localStorage.removeItem(known.urlStorageKey);
}

async function makeDraft(entry, upload) {
  entry.request = null;
  say(entry, words("reading"));
  entry.part("cancel").hidden = true;
  try {
    let answer;
    const patientUntil = Date.now() + 60000;
    do {
      if (answer) {
        const isLong = Date.now() > patientUntil; // the worker reads a large file, or none is there to do so
        if (isLong) say(entry, words("parked"));
        await new Promise((resolve) => setTimeout(resolve, isLong ? 10000 : 2000));
      }
      answer = await fetch(`${upload.url}/draft`, { method: "POST", headers: headers() });
    } while (answer.status === 202);
    showAnswer(entry, await answer.json());
    if (answer.ok) await upload.forget(); // a refusal is an answer too
  } catch {
    fail(entry, words("paused"));
  }
  end(entry);
}

function sendWhole(entry) {
  const body = new FormData();
  const home = form.elements.home;
  if (home) body.append("home", home.value);
  if (pathOf(entry.file)) body.append("path", pathOf(entry.file));
  body.append("file", entry.file, entry.file.name);
  const request = new XMLHttpRequest();
  entry.request = request;
  request.open("POST", form.action);
  request.setRequestHeader("X-CSRFToken", form.elements.csrf_token.value);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    showProgress(entry, event.loaded / event.total);
    say(entry, event.loaded < event.total ? words("sending") : words("reading"));
  });
  request.addEventListener("load", () => showAnswer(entry, request.response));
  request.addEventListener("error", () => say(entry, words("broken"), { ended: true, failed: true }));
  request.addEventListener("loadend", () => end(entry));
  request.send(body);
}

function showAnswer(entry, answer) {
  const result = answer?.files?.[0];
  if (!result?.ok) {
    say(entry, result?.message || answer?.message || words("failed"), { ended: true, failed: !result?.refused, wrong: true });
    return;
  }
  entry.state = "done";
  done += 1;
  say(entry, result.duplicate ? words("copy") : [words("done"), result.title, result.facts].filter(Boolean).join(" · "), { ended: true });
  const link = entry.part("link");
  link.href = result.duplicate ? result.url : result.edit_url;
  link.textContent = result.duplicate ? words("open") : words("edit");
  link.hidden = false;
  for (const warning of result.warnings ?? []) {
    const line = document.createElement("li");
    line.textContent = warning;
    entry.part("warnings").append(line);
  }
  if (result.same) {
    const line = document.createElement("li");
    const there = document.createElement("a");
    there.href = result.same.url;
    there.textContent = result.same.title;
    line.append(`${words("same")} `, there);
    entry.part("warnings").append(line);
  }
  showSummary();
}

function take(files) {
  const wanted = [...files].filter((file) => !isSystemFile(file));
  leftOut += files.length - wanted.length;
  const told = document.querySelector("[data-left-out]");
  told.textContent = words("leftOut").replace("{count}", leftOut);
  told.hidden = !leftOut;
  if (!wanted.length) return;
  document.querySelector("[data-uploads]").hidden = false;
  total += wanted.length;
  showSummary();
  for (const file of wanted) {
    const entry = makeRow(file);
    if (file.size === 0) say(entry, words("empty"), { ended: true, wrong: true });
    else if (file.size > Number(form.dataset.maxBytes)) say(entry, words("large"), { ended: true, wrong: true });
    else wait(entry);
  }
}

// A dropped folder is walked; browsers hand out its entries in batches, and only the entry knows where a file lay.
async function filesOf(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    if (entry.fullPath.lastIndexOf("/") > 0) paths.set(file, entry.fullPath.slice(1));
    return [file];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!batch.length) return found;
    for (const inner of batch) found.push(...(await filesOf(inner)));
  }
}

if (form) {
  form.querySelector("[data-plain]").hidden = true;
  form.querySelector("[data-drop-words]").hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const input of form.querySelectorAll('input[type="file"]')) {
    input.addEventListener("change", () => {
      take(input.files);
      input.value = "";
    });
  }
  const drop = form.querySelector("[data-drop]");
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = entries.length ? (await Promise.all(entries.map(filesOf))).flat() : event.dataTransfer.files;
    take(files);
  });
  window.addEventListener("online", goOn);
  window.addEventListener("beforeunload", (event) => {
    if (running || queue.length) event.preventDefault();
  });
}
