// Words written while a piece of the page is on its way are not lost with the piece they stood in: what was typed since
// it was sent, and what was never sent, is put into the piece that comes, with the cursor where it was.
const FIELDS = 'input[name]:not([type="hidden"]), textarea[name], select[name]';
const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
const isTyped = (field) => field.matches("textarea") || (field.matches("input") && !isTicked(field));
const valueOf = (field) => (isTicked(field) ? field.checked : field.value);
const asServed = (field) => {
  if (isTicked(field)) return field.defaultChecked;
  if (!field.matches("select")) return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
};

// Every field by the address of its form, its name, and its place among those of that name (a tick: its value).
function fieldsOf(place) {
  const found = new Map();
  const seen = new Map();
  for (const field of place.querySelectorAll(FIELDS)) {
    const name = `${field.form?.getAttribute("action")} ${field.name} ${isTicked(field) ? field.value : ""}`;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    found.set(`${name} ${seen.get(name)}`, field);
  }
  return found;
}

// Call when something is sent; `sent` is the form whose fields the server now has. Call what it returns right before the
// piece is swapped, and what that returns with the new piece.
export function holdWords(place, sent) {
  const before = new Map([...fieldsOf(place)].filter(([, field]) => field.form === sent).map(([key, field]) => [key, valueOf(field)]));
  return () => {
    const fields = [...fieldsOf(place)];
    const written = fields.filter(([key, field]) => valueOf(field) !== (before.has(key) ? before.get(key) : asServed(field)));
    const words = written.map(([key, field]) => [key, valueOf(field)]);
    const [here, field] = fields.find(([, one]) => one === document.activeElement) ?? [];
    const cursor = field && isTyped(field) && field.type !== "number" ? [field.selectionStart, field.selectionEnd] : null;
    return (fresh) => putWords(fieldsOf(fresh), words, here, cursor);
  };
}

// Tells whether the cursor stands in a field again.
function putWords(fields, words, here, cursor) {
  const touched = [];
  for (const [key, value] of words) {
    const field = fields.get(key);
    if (!field) continue;
    if (isTicked(field)) field.checked = value;
    else field.value = value;
    unfold(field);
    touched.push(field);
  }
  const field = fields.get(here);
  if (field) {
    unfold(field);
    field.focus({ preventScroll: true });
    if (cursor && isTyped(field)) field.setSelectionRange(...cursor);
  }
  for (const one of touched) one.dispatchEvent(new Event(one.matches("select") ? "change" : "input", { bubbles: true }));
  return Boolean(field);
}

function unfold(field) {
  for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
}
