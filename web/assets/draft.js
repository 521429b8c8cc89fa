// What is typed into a task is kept as a draft as soon as the typing pauses. Files are not: they are sent once, with the form.

const PAUSE_MS = 1500;
const SHOWN_MS = 3000;
let pause;
let shown;
let sending = null;

document.addEventListener('input', ({ target }) => {
  if (target.form?.matches('[data-draft]')) later(target.form);
});

// What the form itself sends keeps all that is in it: a draft beside it could only bring back what is older.
for (const sent of ['submit', 'htmx:beforeRequest']) {
  document.addEventListener(sent, () => {
    clearTimeout(pause);
    sending?.abort();
  });
}

function later(form) {
  clearTimeout(pause);
  pause = setTimeout(() => keep(form), PAUSE_MS);
}

async function keep(form) {
  if (sending || document.querySelector('.htmx-request')) return later(form); // one after the other
  const draft = new FormData(form);
  for (const { name } of form.querySelectorAll('input[type=file]')) draft.delete(name);
  draft.set('redraw', '1');
  sending = new AbortController();
  try {
    // So marked, somebody whose session has ended is not led to the sign-in, which would look like success.
    const asked = { method: 'POST', body: draft, redirect: 'manual', signal: sending.signal, headers: { 'HX-Request': 'true' } };
    const answer = await fetch(form.action, asked);
    if (answer.type === 'opaqueredirect') tell(form.querySelector('[data-saved]'));
  } catch {
    // Given up for the form itself; or there is no network, which the form will say when it is sent.
  } finally {
    sending = null;
  }
}

function tell(place) {
  if (!place) return;
  place.textContent = place.dataset.words;
  clearTimeout(shown);
  shown = setTimeout(() => { place.textContent = ''; }, SHOWN_MS);
}
