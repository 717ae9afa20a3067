// Inside an open block: Markdown shows what it becomes while it is written.
const PAUSE = 350;

export function startWriting(form) {
  for (const field of form.querySelectorAll("[data-md]")) {
    let timer = 0;
    let asked = new AbortController();
    const preview = field.closest(".field").querySelector("[data-preview]");
    const show = async () => {
      asked.abort();
      asked = new AbortController();
      if (!field.value.trim()) {
        preview.hidden = true;
        return;
      }
      const body = new URLSearchParams({ text: field.value, csrf_token: form.elements.csrf_token.value });
      try {
        const answer = await fetch(form.dataset.markdown, { method: "POST", body, signal: asked.signal });
        if (!answer.ok) return;
        preview.innerHTML = await answer.text();
        preview.hidden = false;
      } catch {
        // offline, or newer words are on their way: the last preview stays
      }
    };
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, PAUSE);
    });
    if (field.value.trim() && field.name === "markdown") show();
  }
}
