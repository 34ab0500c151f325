/* Steps to put in order. Their numbers are the answer; a line that is moved numbers all of them. */
import { say } from '../live.js';

export default (list) => {
  const lines = () => [...list.children];
  const number = (line) => line.querySelector('select');
  const button = (line, step) => line.querySelector(`[data-move="${step}"]`);

  /* Once the numbers say an order, the lines stand in it. */
  const settle = () => {
    const sorted = lines().sort((one, two) => number(one).value - number(two).value);
    const isOrder = sorted.every((line, place) => number(line).value === String(place + 1));
    if (isOrder && sorted.some((line, place) => line !== lines()[place])) list.append(...sorted);
    lines().forEach((line, place, all) => {
      button(line, -1).setAttribute('aria-disabled', String(place === 0));
      button(line, 1).setAttribute('aria-disabled', String(place === all.length - 1));
    });
  };

  const move = (line, to, control) => {
    const others = lines().filter((other) => other !== line);
    if (to < 0 || to > others.length) return;
    list.insertBefore(line, others[to] ?? null);
    lines().forEach((each, place) => {
      number(each).value = String(place + 1);
      each.classList.toggle('moved', each === line);
    });
    settle();
    control.focus();
    const words = line.querySelector('.lbl').textContent.trim();
    say(list.dataset.said.replace('%(number)s', to + 1).replace('%(step)s', () => words));
    list.dispatchEvent(new Event('input', { bubbles: true }));
  };

  list.addEventListener('click', (event) => {
    const pressed = event.target.closest('[data-move]');
    if (!pressed) return;
    const line = pressed.closest('li');
    move(line, lines().indexOf(line) + Number(pressed.dataset.move), pressed);
  });
  list.addEventListener('change', (event) => {
    if (event.target.value) move(event.target.closest('li'), event.target.value - 1, event.target);
  });
  list.closest('[data-slot]')?.addEventListener('restored', settle);
  settle();
};
