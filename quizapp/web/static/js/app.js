/* Small comforts for every page. Nothing here is needed to read, answer, submit or manage. */
import { forgetAll } from './drafts.js';
import { enhance } from './enhancing.js';
import { say } from './live.js';

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/* Menus: <details> that close on Escape, outside click and focus leaving. */
all('details.menu').forEach((menu) => {
  menu.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && menu.open) { menu.open = false; menu.querySelector('summary').focus(); }
  });
  menu.addEventListener('focusout', (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  document.addEventListener('click', (event) => { if (!menu.contains(event.target)) menu.open = false; });
});

/* On a bar that scrolls sideways, the place one is at comes first. */
all('.subnav ul').forEach((bar) => {
  const side = getComputedStyle(bar).direction === 'rtl' ? 'right' : 'left';
  const here = bar.querySelector('[aria-current]')?.getBoundingClientRect();
  if (here) bar.scrollLeft += here[side] - bar.getBoundingClientRect()[side];
});

/* What was wrong with a form is read first. */
document.querySelector('[data-focus]')?.focus();

all('[data-dismiss]').forEach((button) => button.addEventListener('click', () => {
  button.closest('.flash').remove();
  const heading = document.querySelector('main h1');
  if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
}));

const offline = document.getElementById('offline');
if (offline) {
  const show = () => { offline.hidden = navigator.onLine; };
  addEventListener('online', show);
  addEventListener('offline', show);
  show();
}

all('[data-dialog]').forEach((button) => button.addEventListener('click', () => {
  document.getElementById(button.dataset.dialog)?.showModal();
}));
all('[data-close]').forEach((button) => button.addEventListener('click', () => button.closest('dialog').close()));
all('[data-print]').forEach((button) => button.addEventListener('click', () => window.print()));

all('[data-reveal]').forEach((button) => button.addEventListener('click', () => {
  const input = document.getElementById(button.dataset.reveal);
  const visible = input.type === 'password';
  input.type = visible ? 'text' : 'password';
  button.textContent = visible ? button.dataset.hide : button.dataset.show;
  button.setAttribute('aria-pressed', String(visible));
  say(visible ? button.dataset.shown : button.dataset.hidden);
}));

/* Signing out leaves nothing of the person on this device. */
all('form[data-sign-out]').forEach((form) => form.addEventListener('submit', forgetAll));

/* A form that changes something is sent once. */
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post' || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = 'yes';
  const again = () => { delete form.dataset.sent; };
  addEventListener('pageshow', again, { once: true });
  setTimeout(again, 8000);
});

enhance(document);
