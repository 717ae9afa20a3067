// A film that has a light version: which of the two plays. Without a word of the reader's the light one is taken where
// the line is slow or data is to be saved; a choice once made holds on this device. Nothing is loaded before play.

const KEPT = "benhoc.film";
const box = (video) => video.closest("[data-films]");

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // a forbidden store: the choice holds for this page
  }
}

function isSlow() {
  const line = navigator.connection;
  return !!line && (line.saveData || /2g|3g/.test(line.effectiveType ?? ""));
}

// Plays another address from where the first one stood.
export function playFrom(video, address) {
  const at = video.currentTime;
  const went = !video.paused || video.dataset.wanted === "1";
  const began = at > 0 || went;
  video.src = address;
  if (!began) return;
  const goOn = () => {
    video.currentTime = at;
    if (went) video.play().catch(() => {});
  };
  video.addEventListener("loadedmetadata", goOn, { once: true });
  video.load();
}

export function show(video, name) {
  const films = box(video);
  for (const choice of films.querySelectorAll("[data-film]")) {
    const isOn = choice.dataset.film === name;
    choice.classList.toggle("is-on", isOn);
    if (isOn) choice.setAttribute("aria-current", "true");
    else choice.removeAttribute("aria-current");
  }
  if (video.dataset.link === name) return;
  video.dataset.link = name;
  playFrom(video, video.dataset[name]);
}

export function choose() {
  const asked = new URLSearchParams(location.search).get("film");
  for (const video of document.querySelectorAll("[data-films] video")) {
    if (!asked) show(video, kept() ?? (isSlow() ? "light" : "main"));
  }
}

document.addEventListener("click", (event) => {
  const choice = event.target.closest?.("[data-films] a[data-film]");
  if (!choice || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    localStorage.setItem(KEPT, choice.dataset.film);
  } catch {
    // see above
  }
  show(choice.closest("[data-films]").querySelector("video"), choice.dataset.film);
});
choose();
