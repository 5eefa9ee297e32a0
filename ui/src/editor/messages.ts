import { ServerError } from "../server/server-error.ts";
import type { Clock } from "./ports.ts";
import { createStore, type Readable } from "./store.ts";

/** Something said to the user for a while. */
export type Message = {
  readonly id: number;
  readonly tone: "info" | "error";
  readonly text: string;
  /** What to do. */
  readonly more?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
  /** What it is about: it goes as soon as that is settled. */
  readonly about?: "run" | "link" | "save" | "file" | "copy" | "theme" | "subgraph";
};

export type Messages = Readable<readonly Message[]> & {
  /** Shows a message and returns its id. It disappears by itself; an error stays longer. */
  say(text: string, options?: Partial<Omit<Message, "id" | "text">>): number;
  /** Reports what went wrong and what to do. Anything but a ServerError is a bug, and is rethrown. */
  fail(error: unknown, about?: Message["about"]): void;
  /** Takes away what was said about something that has succeeded since. */
  settle(about: NonNullable<Message["about"]>): void;
  dismiss(id: number): void;
};

/** How many messages are on the page at once. */
const most = 3;
const infoMs = 6_000;
const errorMs = 12_000;

export function createMessages(clock: Clock): Messages {
  const { get, set, listen } = createStore<readonly Message[]>([]);
  let count = 0;
  const dismiss = (id: number) => set((now) => now.filter((message) => message.id !== id));
  const say: Messages["say"] = (text, options = {}) => {
    const message: Message = { id: ++count, tone: "info", text, ...options };
    set((now) => [...now.filter((other) => other.text !== text).slice(1 - most), message]);
    clock.after(message.tone === "error" ? errorMs : infoMs, () => dismiss(message.id));
    return message.id;
  };
  return {
    get,
    listen,
    say,
    dismiss,
    settle: (about) =>
      set((now) => (now.some((message) => message.about === about) ? now.filter((one) => one.about !== about) : now)),
    fail(error, about) {
      if (!(error instanceof ServerError)) throw error;
      const [first] = error.problems;
      say(first?.message ?? error.message, {
        tone: "error",
        more: first?.remedy ?? error.remedy,
        ...(about && { about }),
      });
    },
  };
}
