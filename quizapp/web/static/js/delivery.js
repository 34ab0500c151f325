/* Sending answers: one at a time and in order, again with growing pauses until they are taken. */
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 30000;

export class Delivery {
  /* `tell(state, draft, reply)`: saving | saved | error | signed-out | refused | stale */
  constructor(form, drafts, tell) {
    this.form = form;
    this.drafts = drafts;
    this.tell = tell;
    this.token = form.elements.csrf_token.value;
    this.pause = FIRST_PAUSE;
    this.running = null;
    this.timer = null;
    addEventListener('online', () => this.soon());
  }

  soon() {
    clearTimeout(this.timer);
    this.pause = FIRST_PAUSE;
    return this.flush();
  }

  /* Resolves to true once nothing is left to send. */
  flush() {
    this.running ||= this.run().finally(() => { this.running = null; });
    return this.running;
  }

  async run() {
    for (let draft = this.drafts.all()[0]; draft; draft = this.drafts.all()[0]) {
      this.tell('saving', draft);
      const state = await this.send(draft);
      if (state === 'saved') { this.pause = FIRST_PAUSE; continue; }
      if (state === 'error' || state === 'signed-out') this.again();
      return false;
    }
    return true;
  }

  again() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  async send(draft) {
    const body = new URLSearchParams(draft.fields);
    body.set('csrf_token', this.token);
    body.set('only', draft.slot);
    let response;
    try {
      response = await fetch(draft.action, {
        method: 'POST', body, headers: { Accept: 'application/json' }, redirect: 'error', keepalive: true,
      });
    } catch {
      this.tell('error', draft);
      return 'error';
    }
    return this.judge(draft, response);
  }

  async judge(draft, response) {
    if (response.ok) {
      const reply = await response.json();
      this.drafts.drop(draft);
      this.tell('saved', draft, reply);
      return 'saved';
    }
    if (response.status === 409) { this.tell('stale', draft); return 'stale'; }
    if (response.status === 401) { this.tell('signed-out', draft); await this.refresh(); return 'signed-out'; }
    if (response.status === 400 && await this.refresh()) return this.send(draft);
    if (response.status >= 500 || response.status === 400) { this.tell('error', draft); return 'error'; }
    this.drafts.drop(draft);
    this.tell('refused', draft);
    return 'refused';
  }

  /* After a new sign-in the form's token is void: take the one of a fresh page, for the same person only. */
  async refresh() {
    try {
      const page = await fetch(location.href, { headers: { Accept: 'text/html' } });
      const fresh = new DOMParser().parseFromString(await page.text(), 'text/html').getElementById(this.form.id);
      const token = fresh?.elements.csrf_token.value;
      if (!token || fresh.dataset.person !== this.form.dataset.person || token === this.token) return false;
      this.token = token;
      document.querySelectorAll('input[name=csrf_token]').forEach((input) => { input.value = token; });
      return true;
    } catch {
      return false;
    }
  }
}

/* The server has another answer, or the attempt is closed: its page shows both texts. */
export const settle = (draft, token) => {
  const page = document.createElement('form');
  page.method = 'post';
  page.action = draft.action;
  page.hidden = true;
  [...draft.fields, ['csrf_token', token], ['only', draft.slot], ['goto', draft.slot]].forEach(([name, value]) => {
    const input = document.createElement('input');
    input.type = 'hidden'; // any other field would drop the ends of lines
    input.name = name;
    input.value = value;
    page.append(input);
  });
  document.body.append(page);
  page.submit();
};
