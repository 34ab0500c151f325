/* A picture to answer on: a click chooses a letter or puts a point; points move with the arrow keys.
   Without it zones are chosen from the list, and a click sends the page with the point's place. */
import { say } from '../live.js';

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const within = (value) => Math.min(1, Math.max(0, value));

export default (root) => {
  const stage = root.querySelector('.hot__stage');
  const boxes = [...root.querySelectorAll('.options input')];
  const places = [...root.querySelectorAll('[data-place]')];
  const most = Number(root.dataset.points);
  const words = root.dataset.words.split('|');
  const list = root.querySelector('[data-list]');

  const tell = (input) => input.dispatchEvent(new Event('input', { bubbles: true }));
  const percent = (value) => `${Math.round(Number(value) * 100)}%`;
  const word = (text, place) => {
    const [x, y] = place.value.split(' ').map(percent);
    return text.replace('{n}', place.dataset.place).replace('{x}', x).replace('{y}', y);
  };
  const given = () => places.filter((place) => place.value).length + boxes.filter((box) => box.checked).length;

  const paint = () => {
    root.querySelectorAll('[data-spot]').forEach((spot) => {
      spot.classList.toggle('is-on', boxes.some((box) => box.checked && box.value === spot.dataset.spot));
    });
    places.forEach((place) => {
      const [x, y] = place.value ? place.value.split(' ').map(Number) : [0, 0];
      const pin = root.querySelector(`[data-pin="${place.dataset.place}"]`);
      const { width, height } = pin.ownerSVGElement.viewBox.baseVal;
      pin.setAttribute('transform', `translate(${x * width} ${y * height})`);
      pin.classList.toggle('is-off', !place.value);
      const row = list.querySelector(`[data-row="${place.dataset.place}"]`);
      if (!place.value) row?.remove();
      else (row ?? add(place)).querySelector('[data-move]').textContent = word(words[0], place);
    });
    const hint = root.querySelector('[data-hint]');
    if (hint) hint.hidden = !list.children.length;
  };

  const add = (place) => {
    const row = root.querySelector('.pins template').content.firstElementChild.cloneNode(true);
    row.dataset.row = place.dataset.place;
    row.querySelector('[data-take] .vh').textContent = word(words[1], place);
    list.append(row);
    return row;
  };

  const put = (place, x, y) => {
    place.value = [x, y].map((value) => within(value).toFixed(4)).join(' ');
    paint();
    tell(place);
  };

  /* One question, one point: the newest counts. Of several, the nearest moves when all are given. */
  const point = (x, y) => {
    if (most === 1) boxes.forEach((box) => { box.checked = false; });
    const far = (place) => {
      const [left, top] = place.value.split(' ');
      return Math.hypot((left - x) * stage.clientWidth, (top - y) * stage.clientHeight);
    };
    const set = places.filter((place) => place.value);
    const place = given() < most ? places.find((one) => !one.value) : set.sort((one, other) => far(one) - far(other))[0];
    if (!place) { say(words[3]); return null; }
    put(place, x, y);
    return place;
  };

  stage.addEventListener('click', (event) => {
    const spot = event.target.closest('[data-spot]');
    if (spot) {
      boxes.find((box) => box.value === spot.dataset.spot).click();
    } else if (most) {
      const area = stage.getBoundingClientRect();
      point((event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height);
    }
  });

  root.addEventListener('input', (event) => {
    if (!boxes.includes(event.target)) return;
    if (most === 1) places.forEach((place) => { place.value = ''; });
    if (most && given() > most) { event.target.checked = false; say(words[3]); }
    paint();
  });

  root.querySelector('[data-put]')?.addEventListener('click', () => {
    const place = point(0.5, 0.5);
    if (place) list.querySelector(`[data-row="${place.dataset.place}"] [data-move]`).focus();
  });

  list?.addEventListener('click', (event) => {
    const row = event.target.closest('[data-row]');
    if (!event.target.closest('[data-take]')) return;
    const place = places.find((one) => one.dataset.place === row.dataset.row);
    place.value = '';
    paint();
    tell(place);
    say(words[2].replace('{n}', place.dataset.place));
    (list.querySelector('[data-move]') ?? root.querySelector('[data-put]')).focus();
  });

  list?.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (!step || !event.target.closest('[data-move]')) return;
    event.preventDefault();
    const place = places.find((one) => one.dataset.place === event.target.closest('[data-row]').dataset.row);
    const [x, y] = place.value.split(' ').map(Number);
    const far = event.shiftKey ? 0.05 : 0.01;
    put(place, x + step[0] * far, y + step[1] * far);
    say(word(words[0], place));
  });

  list?.addEventListener('focusin', (event) => light(event.target, true));
  list?.addEventListener('focusout', (event) => light(event.target, false));
  const light = (target, on) => {
    const row = target.closest('[data-row]');
    root.querySelector(`[data-pin="${row?.dataset.row}"]`)?.classList.toggle('is-on', on);
  };

  root.closest('form')?.addEventListener('restored', paint);
  paint();
};
