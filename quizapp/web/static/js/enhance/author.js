/* The question editor: rows are added, removed and moved in place; unsaved text is guarded. */
import { say } from '../live.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const NUMBERED = ['id', 'name', 'for', 'value', 'aria-describedby'];

export default (form) => {
  form.querySelectorAll('[data-options]').forEach((group) => options(form, group));
  form.querySelectorAll('[data-filter]').forEach(filter);
  guard(form);
};

const options = (form, group) => {
  const list = group.querySelector('[data-rows]');
  const base = group.dataset.options;
  const [added, removed, moved, full] = group.dataset.words.split('|');
  const rows = () => [...list.querySelectorAll(':scope > [data-option]')];
  const word = (text, place) => say(text.replace('%(letter)s', LETTERS[place]).replace('%(number)s', place + 1));
  const first = (row) => row.querySelector('textarea,input[type="text"]');
  const numbered = new RegExp(`^(${base}-)\\d+(-)`);

  /* Names, ids, letters and numbers follow the place, as the server would have written them. */
  const renumber = () => {
    const chosen = list.querySelector('input[type="radio"]:checked');
    rows().forEach((row, place) => {
      row.querySelectorAll('*').forEach((element) => NUMBERED.forEach((name) => {
        const value = element.getAttribute(name);
        if (value === null) return;
        if (name !== 'value') element.setAttribute(name, value.replace(numbered, `$1${place}$2`));
        else if (element.matches('input[type="radio"]')) element.value = String(place);
        else if (element.matches('button[name="do"]')) element.value = value.replace(/\d+$/, String(place));
      }));
      row.querySelectorAll('[data-letter]').forEach((mark) => { mark.textContent = LETTERS[place]; });
      row.querySelectorAll('[data-number]').forEach((mark) => { mark.textContent = place + 1; });
    });
    if (chosen) chosen.checked = true;
    form.dispatchEvent(new Event('input', { bubbles: true }));
  };

  const add = () => {
    const place = rows().length;
    if (place >= Number(group.dataset.limit)) { say(full); return; }
    const row = group.querySelector('template[data-row]').content.firstElementChild.cloneNode(true);
    row.querySelectorAll('*').forEach((element) => [...element.attributes].forEach((attribute) => {
      if (attribute.value.includes('__n__')) element.setAttribute(attribute.name, attribute.value.replaceAll('__n__', String(place)));
    }));
    list.append(row);
    renumber();
    first(row).focus();
    word(added, place);
  };

  const remove = (row) => {
    const place = rows().indexOf(row);
    row.remove();
    renumber();
    const next = rows()[Math.min(place, rows().length - 1)];
    (next ? first(next) : group.querySelector('[data-add]'))?.focus();
    word(removed, place);
  };

  const move = (row, step, button) => {
    const other = rows()[rows().indexOf(row) + step];
    if (!other) return;
    if (step < 0) other.before(row); else other.after(row);
    renumber();
    const place = rows().indexOf(row);
    const isAtEnd = place === (step < 0 ? 0 : rows().length - 1);
    (isAtEnd ? row.querySelector(step < 0 ? '[data-down]' : '[data-up]') : button).focus();
    word(moved, place);
  };

  group.addEventListener('click', (event) => {
    const button = event.target.closest('button[name="do"]');
    if (!button || 'more' in button.dataset) return;
    event.preventDefault();
    const row = button.closest('[data-option]');
    if (!row) add();
    else if ('remove' in button.dataset) remove(row);
    else move(row, 'up' in button.dataset ? -1 : 1, button);
  });
};

/* Long lists of check boxes: what does not match is out of sight, what is ticked never is. */
const filter = (input) => {
  const list = document.getElementById(input.dataset.filter);
  input.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault(); });
  input.addEventListener('input', (event) => {
    event.stopPropagation();
    const words = input.value.toLowerCase().split(/\s+/);
    list.querySelectorAll('label').forEach((label) => {
      const text = label.textContent.toLowerCase();
      label.hidden = !label.querySelector('input').checked && !words.every((one) => text.includes(one));
    });
    list.querySelector('[data-none]').hidden = list.querySelector('label:not([hidden])') !== null;
  });
};

/* Leaving with unsaved text asks first. */
const guard = (form) => {
  const text = () => new URLSearchParams(new FormData(form)).toString();
  const before = text();
  let isSending = false;
  form.addEventListener('submit', () => { isSending = true; });
  addEventListener('pageshow', () => { isSending = false; });
  addEventListener('beforeunload', (event) => {
    if (!isSending && ('unsaved' in form.dataset || text() !== before)) event.preventDefault();
  });
};
