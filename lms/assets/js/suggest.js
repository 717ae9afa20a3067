// Suggestions under a search field: input[data-suggest] holds the address that answers {"suggestions": [...]}.
const WAIT = 120;

for (const field of document.querySelectorAll("input[data-suggest]")) attach(field);

function attach(field) {
  const list = document.createElement("ul");
  list.id = `${field.id}-suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.suggestLabel);
  list.hidden = true;
  field.form.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
    autocomplete: "off",
  }))
    field.setAttribute(name, value);

  let timer = 0;
  let asked = null;
  let typed = field.value;
  const options = () => [...list.children];
  const chosen = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");

  const close = () => {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const mark = (at) => {
    options().forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    field.value = at < 0 ? typed : options()[at].textContent;
    if (at < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", options()[at].id);
  };
  const show = (texts) => {
    list.replaceChildren(
      ...texts.map((text, number) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${number}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = text;
        return option;
      }),
    );
    list.hidden = texts.length === 0;
    field.setAttribute("aria-expanded", String(texts.length > 0));
    field.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    asked?.abort();
    const mine = (asked = new AbortController());
    try {
      const address = new URL(field.dataset.suggest, location.href);
      address.searchParams.set("q", typed);
      const answer = await fetch(address, { signal: mine.signal, headers: { accept: "application/json" } });
      const texts = answer.ok ? (await answer.json()).suggestions : [];
      if (!mine.signal.aborted && document.activeElement === field) show(texts);
    } catch {
      if (!mine.signal.aborted) close();
    }
  };

  field.addEventListener("input", () => {
    typed = field.value;
    clearTimeout(timer);
    if (typed.trim().length < 2) close();
    else timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    const count = options().length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      clearTimeout(timer); // an answer on its way must not take the choice back
      asked?.abort();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(((chosen() + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      field.value = typed;
      close();
    } else if (event.key === "Tab" || event.key === "Enter") close();
  });
  field.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    event.preventDefault(); // the field keeps the focus
    if (!option) return;
    field.value = option.textContent;
    close();
    field.form.requestSubmit();
  });
}
