// On every page: htmx, the keyboard, dialogs, and where the focus goes. Every page works without it.
import htmx from 'htmx.org';
import './draft.js';
import './keyboard.js';
import './redraw.js';

Object.assign(htmx.config, {
  allowEval: false,
  // Nothing that the content security policy forbids, and no copy of a page with personal data in the browser's storage.
  includeIndicatorStyles: false,
  attributesToSettle: ['class', 'width', 'height'],
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  // A form that does not fit comes back to be shown; so does the conflict of two people at one task.
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    { code: '(409|422)', swap: true },
    { code: '...', swap: false, error: true },
  ],
});

document.documentElement.classList.add('lw-js');

// What has arrived may ask for the focus: a summary of errors does, so that it is read out and seen.
htmx.onLoad((arrived) => {
  const target = arrived.matches('[data-focus]') ? arrived : arrived.querySelector('[data-focus]');
  target?.focus();
});

for (const trouble of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) {
  document.addEventListener(trouble, () => showTrouble(true));
}
document.addEventListener('htmx:beforeRequest', () => showTrouble(false));

function showTrouble(shown) {
  const notice = document.querySelector('[data-trouble]');
  if (notice) notice.hidden = !shown;
}

// <button data-open="#id"> opens that dialog; a button with data-close shuts the one it stands in.
document.addEventListener('click', ({ target }) => {
  const opener = target.closest?.('[data-open]');
  if (opener) document.querySelector(opener.dataset.open)?.showModal();
  target.closest?.('[data-close]')?.closest('dialog')?.close();
});

// <select data-submits> and the like send their form as soon as they change; without JavaScript its button does.
document.addEventListener('change', ({ target }) => {
  if (target.matches?.('[data-submits]')) target.form.requestSubmit();
});
