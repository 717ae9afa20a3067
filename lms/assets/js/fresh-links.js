// Files have addresses that hold for a quarter of an hour. When one has ended while the page stood open, fresh ones
// are fetched for all that is not loaded yet, and the player goes on where it was; a press on an old link fetches them
// first. What stays broken although its address is fresh gives way to the file it was made of.
import { playFrom, show } from "./films.js";

const OLD_MS = 7 * 60 * 1000; // a link holds for at least this long
const AGAIN_MS = 20 * 1000; // a file that is broken, not just ended, is not asked for over and over
let fetchedAt = Date.now();
let triedAt = 0;
let asking = null;

function box() {
  return document.querySelector("[data-links]");
}

async function fetchLinks() {
  const response = await fetch(box().dataset.links, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!response.ok || response.redirected) throw new Error("no links");
  const answer = await response.json();
  if (answer.recalled) {
    location.reload(); // the page says what happened
    throw new Error("recalled");
  }
  fetchedAt = Date.now();
  return answer.links;
}

function putMedia(media, links) {
  for (const track of media.querySelectorAll("track")) {
    const fresh = links[`captions_${track.srclang}`];
    if (fresh) track.src = fresh;
  }
  if (media.poster && links.poster_url) media.poster = links.poster_url;
  if (links.main_url) media.dataset.main = links.main_url;
  if (links.light_url) media.dataset.light = links.light_url;
  const name = media.dataset.link;
  const address = media.dataset[name] ?? links[name] ?? links.main_url;
  if (address) playFrom(media, address);
}

function putPictures(links) {
  for (const picture of box().querySelectorAll("img")) {
    const fresh = links[picture.dataset.link ?? "main_url"];
    if (!fresh || (picture.complete && picture.naturalWidth)) continue;
    if (links.srcset && picture.sizes) picture.srcset = links.srcset;
    picture.src = fresh;
  }
}

function giveWay(element) {
  if (element instanceof HTMLImageElement) element.removeAttribute("srcset");
  else if (element.dataset.link === "light") show(element, "main");
}

async function renew(element) {
  if (!box()) return;
  if (!asking && Date.now() - triedAt < AGAIN_MS) {
    giveWay(element);
    return;
  }
  if (!asking) {
    triedAt = Date.now();
    asking = fetchLinks().finally(() => {
      asking = null;
    });
  }
  const links = await asking;
  if (element instanceof HTMLMediaElement) putMedia(element, links);
  putPictures(links);
}

// Errors of media and images do not bubble, but they can be captured.
document.addEventListener(
  "error",
  (event) => {
    const element = event.target instanceof HTMLSourceElement ? event.target.parentElement : event.target;
    const inside = element instanceof Element && element.closest("[data-links]");
    if (inside && element.matches("video, audio, img")) renew(element).catch(() => {});
  },
  true,
);

document.addEventListener(
  "play",
  (event) => {
    const media = event.target;
    if (!(media instanceof HTMLMediaElement) || !media.closest("[data-links]")) return;
    media.dataset.wanted = "1";
    if (Date.now() - fetchedAt > OLD_MS && media.readyState < 3) renew(media).catch(() => {});
  },
  true,
);

// Pictures further down are loaded when they come near: by then their addresses may have ended.
document.addEventListener(
  "toggle",
  (event) => {
    const isOld = Date.now() - fetchedAt > OLD_MS;
    if (event.target.open && isOld && event.target.closest("[data-links]")) renew(event.target).catch(() => {});
  },
  true,
);

document.addEventListener(
  "pause",
  (event) => {
    if (event.target instanceof HTMLMediaElement && !event.target.error) delete event.target.dataset.wanted;
  },
  true,
);

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("[data-links] a[data-link]");
  if (!link || Date.now() - fetchedAt < OLD_MS) return;
  event.preventDefault();
  try {
    link.href = (await fetchLinks())[link.dataset.link] ?? link.href;
  } catch {
    // without a fresh one the old one says that it has ended
  }
  location.assign(link.href);
});
