// What is typed into a task is kept as a draft as soon as the typing pauses. Files are not: they are sent once, with the form.

const PAUSE_MS = 1500;
const SHOWN_MS = 3000;
let pause;
let shown;
let sending = new AbortController();

document.addEventListener('input', ({ target }) => {
  const form = target.form;
  if (!form?.matches('[data-draft]')) return;
  clearTimeout(pause);
  pause = setTimeout(() => keep(form), PAUSE_MS);
});

// Once the form itself is sent, there is nothing left to keep.
document.addEventListener('submit', () => {
  clearTimeout(pause);
  sending.abort();
});

async function keep(form) {
  const sent = new FormData(form);
  for (const { name } of form.querySelectorAll('input[type=file]')) sent.delete(name);
  sent.set('redraw', '1');
  sending = new AbortController();
  try {
    const answer = await fetch(form.action, { method: 'POST', body: sent, redirect: 'manual', signal: sending.signal });
    if (answer.type === 'opaqueredirect') tell(form.querySelector('[data-saved]'));
  } catch {
    // Given up for the form itself; or there is no network, which the form will say when it is sent.
  }
}

function tell(place) {
  if (!place) return;
  place.textContent = place.dataset.words;
  clearTimeout(shown);
  shown = setTimeout(() => { place.textContent = ''; }, SHOWN_MS);
}
