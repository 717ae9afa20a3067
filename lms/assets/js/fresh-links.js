// Files have addresses that hold for a quarter of an hour. When one has ended while the page stood open, fresh ones
// are fetched and the player goes on where it was; a press on an old link fetches one first.

const OLD_MS = 7 * 60 * 1000; // a link holds for at least this long
const AGAIN_MS = 20 * 1000; // a file that is broken, not just ended, is not asked for over and over
let fetchedAt = Date.now();
let triedAt = 0;

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

function put(media, links) {
  for (const track of media.querySelectorAll("track")) {
    const fresh = links[`captions_${track.srclang}`];
    if (fresh) track.src = fresh;
  }
  if (media.poster && links.poster_url) media.poster = links.poster_url;
  const at = media.currentTime;
  const went = !media.paused || media.dataset.wanted === "1";
  const goOn = () => {
    media.currentTime = at;
    if (went) media.play().catch(() => {});
  };
  media.addEventListener("loadedmetadata", goOn, { once: true });
  media.src = links.main_url;
  media.load();
}

async function renew(element) {
  if (!box() || Date.now() - triedAt < AGAIN_MS) return;
  triedAt = Date.now();
  const links = await fetchLinks();
  if (element instanceof HTMLMediaElement) {
    if (links.main_url) put(element, links);
    return;
  }
  const fresh = links[element.dataset.link ?? "main_url"];
  if (fresh) element.src = fresh;
}

// Errors of media and images do not bubble, but they can be captured.
document.addEventListener(
  "error",
  (event) => {
    const element = event.target;
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
