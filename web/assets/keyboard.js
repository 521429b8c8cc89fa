// The keyboard. What a key does stands in the page: data-key="c" or data-key="g i" on a link, button or field.
//
// j and k walk over the links marked data-row, and Enter follows one as ever; ? opens the dialog #keys;
// Ctrl+Enter sends the form one is in, by its button marked data-primary. Keys rest while somebody types.

const PAUSE_MS = 1000;
const EDITABLE = 'input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]';
let before = '';
let pause;

document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return send(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.(EDITABLE) || document.querySelector('dialog[open]')) return;
  if (act(before ? `${before} ${event.key}` : event.key) || act(event.key)) {
    event.preventDefault();
    before = '';
    return;
  }
  before = event.key;
  clearTimeout(pause);
  pause = setTimeout(() => { before = ''; }, PAUSE_MS);
});

function act(keys) {
  if (keys === 'j') return walk(1);
  if (keys === 'k') return walk(-1);
  if (keys === '?') return open(document.querySelector('dialog#keys'));
  const target = document.querySelector(`[data-key="${CSS.escape(keys)}"]`);
  if (!target || target.disabled) return false;
  if (target.matches(EDITABLE)) target.focus();
  else target.click();
  return true;
}

function walk(step) {
  const rows = [...document.querySelectorAll('[data-row]')];
  if (rows.length === 0) return false;
  const here = rows.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1);
  rows[next].focus();
  return true;
}

function open(dialog) {
  dialog?.showModal();
  return Boolean(dialog);
}

function send(event) {
  const form = event.target.form ?? event.target.closest?.('form');
  const button = form?.querySelector('[data-primary]');
  if (!button) return;
  event.preventDefault();
  form.requestSubmit(button);
}
