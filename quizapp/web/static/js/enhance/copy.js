/* A button that copies what the field beside it holds. */
import { say } from '../live.js';

export default (element) => {
  const button = element.querySelector('[data-copy]');
  const source = element.querySelector('[data-copy-from]');
  button.addEventListener('click', async () => {
    source.select();
    try {
      await navigator.clipboard.writeText(source.value);
      say(button.dataset.done);
      button.lastChild.textContent = button.dataset.done;
    } catch {
      document.execCommand('copy'); /* plain http: the field stays selected for the keyboard */
    }
  });
};
