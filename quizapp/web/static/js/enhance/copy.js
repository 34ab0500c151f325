/* A button that copies what the field beside it holds. */
import { say } from '../live.js';

export default (element) => {
  const button = element.querySelector('[data-copy]');
  const source = element.querySelector('[data-copy-from]');
  const done = () => {
    say(button.dataset.done);
    button.lastChild.textContent = button.dataset.done;
  };
  button.addEventListener('click', async () => {
    source.select();
    try {
      await navigator.clipboard.writeText(source.value);
      done();
    } catch { /* Plain http: the older way; should it fail, the text stays selected. */
      if (document.execCommand('copy')) done();
    }
  });
};
