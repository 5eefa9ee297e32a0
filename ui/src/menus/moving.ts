/** The entry that a key leads to from the one that has the focus (-1 for none), or undefined for other keys. */
export function stepTo(key: string, now: number, count: number): number | undefined {
  if (count === 0) return undefined;
  switch (key) {
    case "ArrowDown":
      return (now + 1) % count;
    case "ArrowUp":
      return (Math.max(now, 0) - 1 + count) % count;
    case "Home":
    case "PageUp":
      return 0;
    case "End":
    case "PageDown":
      return count - 1;
    default:
      return undefined;
  }
}

type Press = {
  readonly key: string;
  readonly timeStamp: number;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
};

/** Milliseconds after which typing begins anew. */
const pauseMs = 700;

/** Finds entries by what is typed: the next that begins with all letters so far, or, for one letter again and again, with that letter. */
export function createTypeahead(): (press: Press, now: number, labels: readonly string[]) => number | undefined {
  let typed = "";
  let last = Number.NEGATIVE_INFINITY;
  return ({ key, timeStamp, ctrlKey, altKey, metaKey }, now, labels) => {
    if (key.length !== 1 || ctrlKey || altKey || metaKey) return undefined;
    // A space takes the entry, unless words are being typed.
    if (key === " " && timeStamp - last > pauseMs) return undefined;
    typed = (timeStamp - last > pauseMs ? "" : typed) + key.toLowerCase();
    last = timeStamp;
    const again = [...typed].every((letter) => letter === typed[0]);
    const wanted = again ? typed[0]! : typed;
    const from = again ? now + 1 : Math.max(now, 0);
    for (let i = 0; i < labels.length; i++) {
      const at = (from + i) % labels.length;
      if (labels[at]!.toLowerCase().startsWith(wanted)) return at;
    }
    return Math.max(now, 0);
  };
}
