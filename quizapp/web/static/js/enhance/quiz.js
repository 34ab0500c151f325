/* The page of an attempt: autosave, navigator, quiet timer, shortcuts, ruling out.
   Without it each page is a form; its buttons save on the way. */
import { Delivery, settle } from '../delivery.js';
import { Drafts } from '../drafts.js';
import { say } from '../live.js';
import { timer } from '../timer.js';

const TYPING_PAUSE = 2000;
const CLICK_PAUSE = 250;
const ICONS = { saving: 'loader', saved: 'check', error: 'cloud-off' };

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const operation = () => crypto.getRandomValues(new Uint32Array(3)).reduce((text, n) => text + n.toString(36).padStart(7, '0'), '');

export default function quiz(form) {
  const attempt = form.action.replace(/\/question-\d+.*$/, '');
  const drafts = new Drafts(form.dataset.person, new URL(attempt).pathname, form.dataset.keep !== 'no');
  const words = form.dataset.words.split('|');
  const box = document.querySelector('[data-save]');
  const cards = new Map(all('[data-slot]', form).map((card) => [card.dataset.slot, card]));

  const show = (state) => {
    if (!box) return;
    box.hidden = false;
    box.dataset.state = state;
    const use = box.querySelector('use');
    use.setAttribute('href', use.getAttribute('href').replace(/#.*/, `#i-${ICONS[state]}`));
    box.querySelector('span').textContent = words[Object.keys(ICONS).indexOf(state)];
  };

  const field = (card, name) => form.elements[`${card.dataset.prefix}-${name}`];
  const isAnswered = (card) => all('.q-input', card).some((input) => (
    input.matches('[type=radio],[type=checkbox]') ? input.checked : input.value !== ''));

  const mark = (card) => {
    const answered = isAnswered(card);
    const flagged = field(card, 'flag').checked;
    all(`[data-cell="${card.dataset.slot}"]`).forEach((cell) => {
      cell.classList.toggle('is-answered', answered);
      cell.classList.toggle('is-flagged', flagged);
      const parts = cell.getAttribute('aria-label').split(', ');
      const said = form.dataset.cellWords.split('|');
      const critical = parts.includes(said[3]) ? [said[3]] : [];
      cell.setAttribute('aria-label', [parts[0], answered ? said[0] : said[1], ...(flagged ? [said[2]] : []), ...critical].join(', '));
    });
  };

  /* What an answer lacks to be marked, beside its field; an answer that changes is not judged yet. */
  const advise = (card, texts) => all('[data-advice]', card).forEach((place) => {
    const text = texts[place.dataset.advice] ?? '';
    if (text && place.textContent !== text) say(text);
    place.textContent = text;
    place.closest('.advice').hidden = !text;
  });

  const tell = (state, draft, reply) => {
    if (state === 'saving') { show('saving'); return; }
    if (state === 'saved') {
      const card = cards.get(draft.slot);
      const { revision, advice = {} } = reply.slots[draft.slot];
      if (card && field(card, 'op').value === draft.op) advise(card, advice);
      if (card) follow(card, draft, revision);
      show('saved');
      document.getElementById('signed-out')?.setAttribute('hidden', '');
      const count = new Set(all('[data-cell].is-answered').map((cell) => cell.dataset.cell)).size;
      all('[data-answered]').forEach((node) => { node.textContent = node.textContent.replace(/\d+/, count); });
      all('.exambar progress').forEach((bar) => { bar.value = count; });
      return;
    }
    if (state === 'stale') { conflict(draft); return; }
    show('error');
    if (state === 'refused') { box.querySelector('span').textContent = words[4]; say(words[4]); return; }
    say(navigator.onLine ? words[2] : words[3]);
    if (state === 'signed-out') document.getElementById('signed-out')?.removeAttribute('hidden');
  };
  const delivery = new Delivery(form, drafts, tell);

  /* What this page changed while an answer of its own was on the way builds on that answer. */
  const own = new Set();
  const follow = (card, draft, revision) => {
    const op = field(card, 'op').value;
    if (op !== draft.op && !own.has(draft.op)) return;
    field(card, 'seen').value = revision;
    if (op !== draft.op && drafts.all().some((kept) => kept.op === op)) drafts.put(draftOf(card));
  };
  let isSettled = false;
  const conflict = (draft) => {
    isSettled = true;
    dirty.delete(cards.get(draft.slot));
    drafts.drop(draft);
    settle(draft, delivery.token);
  };

  const draftOf = (card) => {
    const prefix = `${card.dataset.prefix}-`;
    const fields = [...new FormData(form)].filter(([name, value]) => name.startsWith(prefix) && typeof value === 'string');
    return { slot: card.dataset.slot, op: field(card, 'op').value, action: form.action, fields };
  };

  const timers = new Map();
  const dirty = new Set();
  const keep = (card) => {
    clearTimeout(timers.get(card));
    if (!dirty.delete(card)) return;
    drafts.put(draftOf(card));
  };
  const changed = (card, pause) => {
    own.add(field(card, 'op').value);
    field(card, 'op').value = operation();
    dirty.add(card);
    mark(card);
    show('saving');
    /* A change made while its forerunner is on the way has to name that one's revision. */
    clearTimeout(timers.get(card));
    timers.set(card, setTimeout(async () => {
      await delivery.running;
      keep(card);
      delivery.flush();
    }, pause));
    drafts.put(draftOf(card));
  };
  form.addEventListener('input', (event) => {
    /* A file is on its way only when the form is sent. */
    const card = event.target.type === 'file' ? null : event.target.closest('[data-slot]');
    if (card) advise(card, {});
    if (card) changed(card, event.target.matches('textarea,input[type=text],input[type=number]') ? TYPING_PAUSE : CLICK_PAUSE);
  });

  const saveAll = async () => {
    await delivery.running;
    [...dirty].forEach(keep);
    return await delivery.soon() && !isSettled;
  };

  /* Going on: what is typed goes first; the page is left only when it has arrived. */
  let leaving = false;
  form.addEventListener('submit', async (event) => {
    if (leaving || (!dirty.size && !delivery.running && !drafts.all().length)) return;
    event.preventDefault();
    const button = event.submitter;
    if (await saveAll()) {
      leaving = true;
      form.requestSubmit(button);
    }
  });

  restore(drafts, cards, form, mark);
  delivery.flush();
  addEventListener('pagehide', () => [...dirty].forEach(keep));
  timer(`${attempt}/time`, async () => { await saveAll(); document.getElementById(form.dataset.handIn).requestSubmit(); });
  ruleOut(form, changed);
  shortcuts(form);
}

/* What this device kept from before a reload: shown again where it is on this page; sent in any case. */
function restore(drafts, cards, form, mark) {
  drafts.all().forEach((draft) => {
    const card = cards.get(draft.slot);
    if (!card) return;
    drafts.adopt(draft);
    const values = new Map();
    draft.fields.forEach(([name, value]) => values.set(name, [...(values.get(name) || []), value]));
    [...form.elements].filter((input) => input.name.startsWith(`${card.dataset.prefix}-`)).forEach((input) => {
      const own = values.get(input.name) || [];
      if (input.matches('[type=radio],[type=checkbox]')) input.checked = own.includes(input.value);
      else if (own.length) [input.value] = own;
    });
    card.dispatchEvent(new Event('restored'));
    mark(card);
  });
  form.dispatchEvent(new Event('restored'));
}

/* A private note on an option; never sent. */
function ruleOut(form, changed) {
  all('[data-out]', form).forEach((button) => button.addEventListener('click', () => {
    const option = button.parentElement.querySelector('.option');
    const out = option.classList.toggle('is-out');
    button.setAttribute('aria-pressed', String(out));
    const input = option.querySelector('input');
    if (out && input.checked) {
      input.checked = false;
      changed(button.closest('[data-slot]'), CLICK_PAUSE);
    }
  }));
}

/* Single keys (WCAG 2.1.4: can be switched off, never while typing or in a dialog). */
function shortcuts(form) {
  const setting = document.getElementById('keys-on');
  let on = true;
  try { on = localStorage.getItem('keys') !== 'off'; } catch { /* nothing stored */ }
  if (setting) {
    setting.checked = on;
    setting.addEventListener('change', () => {
      on = setting.checked;
      try { localStorage.setItem('keys', on ? 'on' : 'off'); } catch { /* for this page only */ }
    });
  }
  const single = all('[data-slot]', form).length === 1;
  document.addEventListener('keydown', (event) => {
    const typing = event.target.matches('select,textarea,input:not([type=radio]):not([type=checkbox])');
    if (!on || typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const key = event.key.toLowerCase();
    const option = single && /^[a-z]$/.test(key) && form.querySelector(`.option input[data-k="${key.toUpperCase()}"]`);
    const actions = {
      n: '[data-next]', p: '[data-prev]', m: single && '[name$="-flag"]',
      1: single && '[name$="-confidence"][value="1"]', 2: single && '[name$="-confidence"][value="2"]', 3: single && '[name$="-confidence"][value="3"]',
    };
    const target = option || (actions[key] && form.querySelector(actions[key]));
    if (key === '?') document.getElementById('keys')?.showModal();
    else if (target) { target.click(); if (option) target.focus(); } else return;
    event.preventDefault();
  });
}
