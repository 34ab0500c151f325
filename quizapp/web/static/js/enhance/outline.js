/* Drawing regions: a click on the preview's picture goes into the numbers that one is writing. */
import { say } from '../live.js';

const text = (value) => String(Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000);

export default (root) => {
  const form = root.closest('form');
  let field = null;

  /* The numbers after one more click; a circle and a rectangle take two and then begin anew. */
  const after = (x, y, height) => {
    const shape = document.getElementById(field.id.replace(/numbers$/, 'shape'))?.value;
    const before = field.value.trim();
    const numbers = before.split(/[\s,;]+/).filter(Boolean).map(Number);
    const here = `${text(x)} ${text(y)}`;
    if (shape === 'polygon') return before ? `${before}, ${here}` : here;
    if (!shape || numbers.length !== 2) return here;
    const [left, top] = numbers;
    if (shape === 'circle') return `${before} ${text(Math.hypot(x - left, (y - top) * height))}`;
    const corner = `${text(Math.min(x, left))} ${text(Math.min(y, top))}`;
    return `${corner} ${text(Math.abs(x - left))} ${text(Math.abs(y - top))}`;
  };

  form.addEventListener('focusin', (event) => {
    field = event.target.matches('[data-numbers]') ? event.target : null;
  });
  document.getElementById(form.dataset.target).addEventListener('click', (event) => {
    const stage = event.target.closest('.hot__stage');
    if (!field || !stage) return;
    event.stopPropagation();
    event.preventDefault();
    const area = stage.getBoundingClientRect();
    const [x, y] = [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height];
    field.value = after(x, y, area.height / area.width);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    say(field.value);
    field.focus({ preventScroll: true });
  }, true);
};
