/* A quiet clock: whole minutes, never blinking, three polite announcements. The server decides
   when time is up: it is asked every few minutes, and before this page acts on its own clock. */
import { say } from './live.js';

const ASK_EVERY = 120000;
const NOTICED = 5;

/* `address` gives the end as it is now (null: it never moves); `whenOver` runs once. */
export function timer(address, whenOver) {
  const box = document.querySelector('[data-ends-in]');
  if (!box) return;
  let end = performance.now() + 1000 * Number(box.dataset.endsIn);
  const [left, last, spoken] = box.dataset.words.split('|');
  const out = box.querySelector('[data-left]');
  out.title = out.textContent;
  let said = Infinity;
  let asking = false;
  const secondsLeft = () => Math.max(0, Math.round((end - performance.now()) / 1000));

  const tick = async () => {
    const seconds = secondsLeft();
    const minutes = Math.ceil(seconds / 60);
    out.textContent = minutes > 1 ? left.replace('{n}', minutes) : last;
    const mark = [60, 300, 600].find((limit) => seconds <= limit);
    if (mark && mark < said) { if (said !== Infinity) say(spoken.replace('{n}', mark / 60)); said = mark; }
    if (said === Infinity) said = 601;
    if (seconds || asking) return;
    await ask();
    if (secondsLeft()) return;
    clearInterval(clock);
    clearInterval(poll);
    whenOver();
  };

  const moved = (now) => {
    const isLater = now.seconds_left > secondsLeft() + NOTICED;
    if (!isLater && now.seconds_left >= secondsLeft() - NOTICED) return;
    end = performance.now() + 1000 * now.seconds_left;
    out.title = now.finish;
    said = 601;
    if (isLater) tell(now.said);
  };

  const tell = (text) => {
    const note = document.getElementById('new-time');
    if (note) { note.querySelector('p').textContent = text; note.hidden = false; }
    say(text);
  };

  const ask = async () => {
    if (!address || asking) return;
    asking = true;
    try {
      const reply = await fetch(address, { headers: { Accept: 'application/json' } });
      const now = reply.ok ? await reply.json() : {};
      if (now.is_open && now.seconds_left !== null) moved(now);
    } catch { /* no connection: the clock of this page goes on */ } finally { asking = false; }
  };

  const clock = setInterval(tick, 1000);
  const poll = setInterval(ask, ASK_EVERY);
  addEventListener('online', ask);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) ask(); });
  tick();
  const hide = box.querySelector('[data-timer-hide]');
  hide?.addEventListener('click', () => {
    out.hidden = !out.hidden;
    hide.textContent = out.hidden ? hide.dataset.show : hide.dataset.hide;
  });
}
