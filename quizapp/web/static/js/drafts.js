/* Answers that the server has not acknowledged yet, kept on this device: one list per attempt and
   person, oldest first, gone as soon as they are saved, handed in or the person signs out.
   A page also remembers its own until it hears that they arrived: another tab may have sent them,
   and where nothing may be stored there is no other place. */
const PREFIX = 'answers:';

export class Drafts {
  constructor(person, attempt, isStored = true) {
    this.key = `${PREFIX}${person}:${attempt}`;
    this.isStored = isStored;
    this.own = new Map();
  }

  stored() {
    try { return JSON.parse(localStorage.getItem(this.key)) || []; } catch { return []; }
  }

  all() {
    const stored = this.stored();
    return [...stored, ...[...this.own.values()].filter((own) => !stored.some((kept) => kept.op === own.op))];
  }

  /* The newest change to a question takes the place of this page's earlier ones, never of another tab's. */
  put(draft) {
    const before = this.own.get(draft.slot)?.op;
    this.own.set(draft.slot, draft);
    if (this.isStored) this.write([...this.stored().filter((kept) => ![before, draft.op].includes(kept.op)), draft]);
  }

  /* What was kept before a reload is this page's own again. */
  adopt(draft) {
    this.own.set(draft.slot, draft);
  }

  drop(draft) {
    if (this.own.get(draft.slot)?.op === draft.op) this.own.delete(draft.slot);
    this.write(this.stored().filter((kept) => kept.op !== draft.op));
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
