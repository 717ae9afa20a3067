// What a running job does, seen without loading the page again: the marked part is fetched every few seconds and put in
// place of the old one until it is no longer marked. Without this script a link on the page looks again.
const EVERY_MS = 4000;

async function lookAgain() {
  const part = document.querySelector("[data-watch]");
  if (!part) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = answer.ok && page.getElementById(part.id);
    if (fresh && fresh.innerHTML !== part.innerHTML) {
      const at = [...part.querySelectorAll("a, button")].indexOf(document.activeElement);
      part.replaceChildren(...fresh.childNodes);
      part.querySelectorAll("a, button")[at]?.focus();
      part.toggleAttribute("data-watch", fresh.hasAttribute("data-watch"));
    }
  } catch {
    // the line is away: the next look may find it again
  }
  setTimeout(lookAgain, EVERY_MS);
}

setTimeout(lookAgain, EVERY_MS);
