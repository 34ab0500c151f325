/* Answers that the server has not acknowledged yet, kept on this device: one list per attempt and
   person, oldest first, gone as soon as they are saved, handed in or the person signs out. */
const PREFIX = 'answers:';

export class Drafts {
  constructor(person, attempt) {
    this.key = `${PREFIX}${person}:${attempt}`;
  }

  all() {
    try { return JSON.parse(localStorage.getItem(this.key)) || []; } catch { return []; }
  }

  put(draft) {
    this.write([...this.all().filter((kept) => kept.slot !== draft.slot), draft]);
  }

  /* Forget a draft, unless a newer change to the same question has replaced it meanwhile. */
  drop(draft) {
    this.write(this.all().filter((kept) => kept.slot !== draft.slot || kept.op !== draft.op));
  }

  write(list) {
    try {
      if (list.length) localStorage.setItem(this.key, JSON.stringify(list));
      else localStorage.removeItem(this.key);
    } catch { /* storage is full or switched off: answers then live on the page only */ }
  }
}

export const forgetAll = () => {
  try {
    Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => localStorage.removeItem(key));
  } catch { /* nothing was kept */ }
};
