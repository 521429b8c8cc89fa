// A form that is drawn anew while somebody goes on typing: what they changed after it was sent is carried over.
//
// A live answer sends the form and gets it back with the parts that the answer opens or closes. Whatever changed on the
// page in between is newer than what comes back, so it is set again in the new form; where that is a live answer, it is
// sent in its turn.

const CONTROLS = 'input[name]:not([type=hidden]), select[name], textarea[name]';
const CHOICES = new Set(['radio', 'checkbox']);
const sent = new WeakMap();
let newer = new Map();

document.addEventListener('htmx:beforeRequest', ({ detail }) => {
  if (detail.target?.id === 'answers') sent.set(detail.xhr, { before: states(detail.target), removed: rowOf(detail.elt) });
});

document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  const { before, removed } = sent.get(detail.xhr) ?? {};
  if (!before || !detail.shouldSwap) return;
  const changed = [...states(detail.target)].filter(([key, { state }]) => before.get(key)?.state !== state);
  newer = new Map(changed.map(([key, state]) => [moved(key, removed), state]));
});

document.addEventListener('htmx:afterSettle', () => {
  const kept = newer;
  newer = new Map();
  const carried = [...controls(document.getElementById('answers'))].filter(([key, control]) => carry(control, kept.get(key)));
  const live = carried.findLast(([, control]) => control.matches('[data-live]'));
  if (live) live[1].dispatchEvent(new Event('change', { bubbles: true }));
  else carried.at(-1)?.[1].dispatchEvent(new Event('input', { bubbles: true })); // it is no draft yet
});

// The row that a button removes: its table, and its number.
function rowOf(button) {
  const table = button.name?.match(/^(.+)-remove$/)?.[1];
  return table ? { table, number: Number(button.value) } : null;
}

// Where a control of a table stands once a row above it is gone; one of that row itself nowhere.
function moved(key, removed) {
  if (!removed || !key.startsWith(`${removed.table}-`)) return key;
  const [, row, rest] = key.slice(removed.table.length).match(/^-(\d+)(-.*)$/) ?? [];
  if (row === undefined || Number(row) < removed.number) return key;
  return Number(row) === removed.number ? '' : `${removed.table}-${row - 1}${rest}`;
}

// Each control under a name of its own: the boxes of one question share theirs, so their value tells them apart.
function controls(answers) {
  const found = [...(answers?.querySelectorAll(CONTROLS) ?? [])];
  return new Map(found.map((control) => [CHOICES.has(control.type) ? `${control.name}=${control.value}` : control.name, control]));
}

function states(answers) {
  return new Map([...controls(answers)].map(([key, control]) => [key, { state: state(control), files: control.files }]));
}

function state(control) {
  if (CHOICES.has(control.type)) return String(control.checked);
  if (control.type === 'file') return [...control.files].map((file) => `${file.name} ${file.size} ${file.lastModified}`).join('\n');
  return control.value;
}

// Sets a control to what somebody did to its forerunner; true where that changed it.
function carry(control, kept) {
  if (!kept || state(control) === kept.state) return false;
  if (CHOICES.has(control.type)) control.checked = kept.state === 'true';
  else if (control.type === 'file') control.files = kept.files;
  else control.value = kept.state;
  return true;
}
