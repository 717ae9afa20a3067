// The library beside the lesson: loaded when first asked for, searched as you type, inserted by press, Enter or drag.
import Sortable from "sortablejs";
import { fill, getPiece, say } from "./answers.js";
import { change, currentBlock, rightsWords } from "./blocks.js";

const PAUSE = 250;
let page;
let drawer;
let opener;
let asked = new AbortController();

export function startDrawer(root) {
  page = root;
  drawer = page.querySelector("#drawer");
  opener = page.querySelector("[data-drawer-open]");
  opener.addEventListener("click", () => (drawer.hidden ? show(drawer.dataset.src) : hide()));
  page.addEventListener("click", (event) => {
    const link = event.target.closest("[data-shelf]");
    if (link) {
      event.preventDefault();
      link.closest("details")?.removeAttribute("open");
      show(link.href);
    } else if (event.target.closest("[data-drawer-close]")) hide();
    else if (event.target.closest("[data-more]")) more(event);
  });
  drawer.addEventListener("input", (event) => event.target.type === "search" && later());
  drawer.addEventListener("change", (event) => event.target.matches("select") && search());
  drawer.addEventListener("keydown", onKey);
  document.addEventListener("submit", onSubmit, true);
}

async function show(address) {
  const html = await getPiece(address).catch(() => null);
  if (html === null) {
    location.assign(address);
    return;
  }
  drawer.innerHTML = html;
  drawer.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  drawer.querySelector("#shelf-q")?.focus();
  makeDraggable();
}

function hide() {
  drawer.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  (document.getElementById(`a-${currentBlock()}`) ?? opener).focus();
}

let timer = 0;
function later() {
  clearTimeout(timer);
  timer = setTimeout(search, PAUSE);
}

async function search() {
  clearTimeout(timer);
  asked.abort();
  asked = new AbortController();
  const form = drawer.querySelector("[data-shelf-form]");
  for (const select of form.querySelectorAll("select")) select.classList.toggle("is-on", Boolean(select.value));
  const query = new URLSearchParams(new FormData(form));
  query.set("results", "1");
  const html = await getPiece(`${form.action.split("?")[0]}?${query}`, { signal: asked.signal }).catch(() => null);
  if (html === null) return;
  drawer.querySelector("[data-results]").innerHTML = html;
  say(fill(page.dataset.sayResults, { count: drawer.querySelector("[data-count]")?.dataset.count ?? "" }));
  makeDraggable();
}

async function more(event) {
  const link = event.target.closest("[data-more]");
  event.preventDefault();
  const html = await getPiece(`${link.href}&results=1`).catch(() => null);
  if (html === null) return;
  const piece = document.createElement("div");
  piece.innerHTML = html;
  drawer.querySelector("[data-shelf-list]").append(...piece.querySelectorAll(".result"));
  link.parentElement.replaceWith(...piece.querySelectorAll(".more"));
}

function onKey(event) {
  const result = event.target.closest(".result details");
  if (event.key === "Escape") {
    event.preventDefault();
    hide();
  } else if (event.key === "ArrowDown" && event.target.type === "search") {
    event.preventDefault();
    drawer.querySelector(".result summary")?.focus();
  } else if (event.key === "Enter" && result?.open && event.target.matches("summary")) {
    event.preventDefault();
    result.querySelector("[data-insert]")?.requestSubmit();
  } else if (["ArrowDown", "ArrowUp"].includes(event.key) && event.target.matches(".result summary")) {
    event.preventDefault();
    const row = event.target.closest(".result");
    const next = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
    next?.querySelector("summary")?.focus();
  }
}

async function onSubmit(event) {
  const form = event.target;
  if (!drawer.contains(form)) return;
  event.preventDefault();
  if (form.matches("[data-shelf-form]")) {
    await search();
    const first = drawer.querySelector(".result details");
    if (first) {
      first.open = true;
      first.querySelector("summary").focus();
    }
    return;
  }
  const place = drawer.querySelector('[data-shelf-form] [name="after"]');
  const fields = new FormData(form);
  fields.set("after", place?.value || currentBlock());
  const uuid = await change(form.action, fields);
  if (!uuid) return;
  if (place) place.value = uuid;
  say(`${page.dataset.sayInserted} ${rightsWords()}`);
  if (window.matchMedia("(max-width: 960px)").matches || drawer.querySelector('[name="replace"]')) hide();
  document.getElementById(`a-${uuid}`)?.scrollIntoView({ block: "nearest" });
}

function makeDraggable() {
  const shelf = drawer.querySelector("[data-shelf-list]");
  if (!shelf || drawer.querySelector('[name="replace"]')) return;
  new Sortable(shelf, {
    draggable: ".result:not([data-refused])",
    sort: false,
    delay: 250,
    delayOnTouchOnly: true,
    filter: ".result-more",
    preventOnFilter: false,
    group: { name: "shelf", pull: "clone", put: false },
  });
}
