/* Files as answers: each is sent as soon as it is chosen, then named in the answer, which is saved
   as any other. Without it the page's form sends them. */
import { say } from '../live.js';

const send = (url, body, token, tell) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  request.open('POST', url);
  request.setRequestHeader('Accept', 'application/json');
  request.setRequestHeader('X-CSRFToken', token);
  request.responseType = 'json';
  request.upload.addEventListener('progress', (event) => tell(event.loaded / event.total));
  request.addEventListener('load', () => resolve([request.status, request.response]));
  request.addEventListener('error', reject);
  request.send(body);
});

export default (root) => {
  const form = root.closest('form');
  const card = root.closest('[data-slot]');
  if (!form || !card) return;
  const { prefix, mostFiles, mostBytes } = root.dataset;
  const [going, done, failed, full, large] = root.dataset.words.split('|');
  const input = root.querySelector('input[type=file]');
  const list = root.querySelector('.files');
  const error = root.querySelector('[data-error]');
  const progress = root.querySelector('[data-going]');
  const url = `${form.action.replace(/\/question-\d+.*$/, '')}/question-${card.dataset.slot}/files`;
  root.querySelector('.upload button').hidden = true;

  const complain = (text) => {
    error.querySelector('span').textContent = text;
    error.hidden = false;
  };
  const ticked = () => [...list.querySelectorAll('input:checked')];

  const add = (file) => {
    const known = [...list.querySelectorAll('input')].find((box) => box.value === file.token);
    const row = known ? known.closest('li') : root.querySelector('[data-row]').content.firstElementChild.cloneNode(true);
    const box = row.querySelector('input');
    if (mostFiles === '1') ticked().forEach((other) => { other.checked = other === box; });
    box.value = file.token;
    box.checked = true;
    row.querySelectorAll('[data-name]').forEach((node) => { node.textContent = file.name; });
    row.querySelector('[data-about]').textContent = `${file.kind}, ${file.size}`;
    row.querySelector('a').href = file.href;
    list.append(row);
    list.closest('fieldset').hidden = false;
    box.dispatchEvent(new Event('input', { bubbles: true }));
  };

  const upload = async (file) => {
    const named = (text) => text.replace('{name}', file.name);
    if (mostFiles !== '1' && ticked().length >= Number(mostFiles)) { complain(full); return; }
    if (file.size > Number(mostBytes)) { complain(named(large)); return; }
    const body = new FormData();
    body.append('part', prefix.slice(card.dataset.prefix.length + 1));
    body.append('upload', file);
    progress.querySelector('span').textContent = named(going);
    progress.hidden = false;
    try {
      const [status, reply] = await send(url, body, form.elements.csrf_token.value, (share) => {
        progress.querySelector('progress').value = 100 * share;
      });
      if (status === 201) { add(reply); say(named(done)); } else {
        if (status === 401) document.getElementById('signed-out')?.removeAttribute('hidden');
        complain(reply?.detail ? `${file.name}: ${reply.detail}` : named(failed));
      }
    } catch {
      complain(named(failed));
    } finally {
      progress.hidden = true;
    }
  };

  input.addEventListener('change', async () => {
    error.hidden = true;
    const files = [...input.files];
    for (const file of files) await upload(file);
    input.value = '';
  });
};
