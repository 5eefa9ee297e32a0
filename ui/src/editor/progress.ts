import type { BrowserPort } from "./ports.ts";
import { createStore, type Readable } from "./store.ts";

/** Something large that the page is doing. */
export type Doing = {
  /** "Opening 20,000 nodes". */
  readonly what: string;
  /** About how many seconds it still takes; absent while that is not known. */
  readonly seconds?: number;
  /** How much of it is done, from 0 to 1; absent if that is not known. */
  readonly share?: number;
  /** Ends it, with nothing done. */
  cancel(): void;
};

/** What takes a while says so, with how long, and can be called off. */
export type Progress = Readable<{ readonly now?: Doing }> & {
  /** From now on the page says that it does this. What was begun last is what is said. */
  begin(what: string): Step;
};

export type Step = {
  /** Is aborted by Cancel. */
  readonly signal: AbortSignal;
  /** Says what is known by now. Resolves once it is on the screen, since the page may be busy then: to false if it was called off. */
  say(known?: Partial<Omit<Doing, "cancel">>): Promise<boolean>;
  end(): void;
};

export function createProgress(browser: Pick<BrowserPort, "painted">): Progress {
  const { get, set, listen } = createStore<{ readonly now?: Doing }>({});
  const doings = new Map<Step, Doing>();
  const renew = () => {
    const now = [...doings.values()].at(-1);
    set(now ? { now } : {});
  };
  return {
    get,
    listen,
    begin(what) {
      const call = new AbortController();
      const step: Step = {
        signal: call.signal,
        async say(known = {}) {
          const before = doings.get(step);
          if (before) doings.set(step, { ...before, ...known });
          renew();
          await browser.painted();
          return !call.signal.aborted;
        },
        end() {
          doings.delete(step);
          renew();
        },
      };
      const cancel = () => {
        call.abort();
        step.end();
      };
      doings.set(step, { what, cancel });
      renew();
      return step;
    },
  };
}
