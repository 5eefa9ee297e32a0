import type { DocumentPresence, OtherPerson } from "@clipwork/server/wire";
import type { Live, LiveListener } from "../server/live.ts";
import { createStore, type Readable } from "./store.ts";
import type { Tabs } from "./tabs.ts";

/** What is known of others, by the id of a document that is open here. Nothing while the server is away. */
export type PresenceState = ReadonlyMap<string, DocumentPresence>;

/** Who else has the open documents open. */
export type Presence = Readable<PresenceState> & {
  /** From now on, tells the server which documents are open here: others see this page. */
  keep(): void;
  hear: LiveListener["present"];
};

/** How many documents the server is told of: the newest. */
const most = 100;

type Needs = { readonly tabs: Tabs; readonly open: Live["open"] };

export function createPresence({ tabs, open }: Needs): Presence {
  const { get, set, listen } = createStore<PresenceState>(new Map());

  function tell(): void {
    const { list, front } = tabs.get();
    const others = list.map(({ id }) => id).filter((id) => id !== front);
    open([front, ...others.slice(1 - most)]);
  }

  return {
    get,
    listen,
    keep() {
      tabs.listen(tell);
      tell();
    },
    hear(now) {
      set(
        (known) =>
          new Map([...known, ...now.map((one) => [one.document, one] as const)].filter(([id]) => tabs.find(id))),
      );
    },
  };
}

/** How many colours there are for people. */
const colours = 6;

/** The colour of a name, the same on every page: a number from 0 to 5. */
export function colourOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)!) % 65_521;
  return sum % colours;
}

/** One or two letters that stand for a name: of its first two words, or the first two of its only one. */
export function initialsOf(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const letters = words.length > 1 ? words.map((word) => [...word][0]!) : [...(words[0] ?? "?")];
  return letters.slice(0, 2).join("").toUpperCase();
}

/** What one of the others is called: by name, or as pages with the same token as this one. */
function wordFor({ name, pages, own }: OtherPerson): string {
  if (!own) return name;
  return pages === 1 ? "Another tab" : `${pages} other tabs`;
}

/** Who else has a document open, in a sentence. */
export function presenceWords(others: readonly OtherPerson[], more: number): string {
  const words = [...others.map(wordFor), ...(more === 0 ? [] : [`${more} more`])];
  const last = words.at(-1)!;
  const [first] = others;
  const one = words.length === 1 && (!first?.own || first.pages === 1);
  const list = words.length === 1 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
  return `${list} also ${one ? "has" : "have"} this document open.`;
}
