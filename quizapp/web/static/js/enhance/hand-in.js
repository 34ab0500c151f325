/* Before handing in, whatever this device still holds is sent; handing in needs a connection. */
import { Delivery, settle } from '../delivery.js';
import { Drafts } from '../drafts.js';

export default function handIn(form) {
  const attempt = new URL(form.action).pathname.replace(/\/submit$/, '');
  const drafts = new Drafts(form.dataset.person, attempt);
  const trouble = document.getElementById('not-sent');
  const delivery = new Delivery(form, drafts, (state, draft) => {
    if (state !== 'stale') return;
    drafts.drop(draft);
    settle(draft, delivery.token);
  });
  let sent = false;
  form.addEventListener('submit', async (event) => {
    if (sent || !drafts.all().length) return;
    event.preventDefault();
    sent = await delivery.soon();
    trouble.hidden = sent;
    if (sent) form.requestSubmit();
    else trouble.focus();
  });
}
