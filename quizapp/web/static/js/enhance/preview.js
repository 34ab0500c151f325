/* While one writes, the server renders the preview anew from the same form. */
import { enhance } from '../enhancing.js';

const PAUSE = 500;

export default (form) => {
  const target = document.getElementById(form.dataset.target);
  let timer = 0;
  let running = null;

  const refresh = async () => {
    running?.abort();
    running = new AbortController();
    try {
      const response = await fetch(form.dataset.preview, {
        method: 'POST',
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: 'text/html' },
        signal: running.signal,
      });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      show(await response.text());
    } catch (error) {
      if (error.name !== 'AbortError') late();
    }
  };

  /* Parsed apart and moved in; which parts are unfolded stays as it is. */
  const show = (html) => {
    const fresh = new DOMParser().parseFromString(html, 'text/html').body;
    const open = [...target.querySelectorAll('details')].map((details) => details.open);
    fresh.querySelectorAll('details').forEach((details, place) => { details.open = open[place] ?? false; });
    target.replaceChildren(...fresh.childNodes);
    enhance(target);
  };

  const late = () => {
    if (target.querySelector('[data-late]')) return;
    const note = document.createElement('p');
    note.className = 'flash flash--warn';
    note.dataset.late = '';
    note.textContent = form.dataset.late;
    target.prepend(note);
  };

  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE);
  });
};
