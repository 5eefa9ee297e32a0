import type { BrowserPort, Clock, StoragePort, Theme } from "../editor/ports.ts";

/** A clock that stands still until the test moves it. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets time pass, and what is due happen in its order. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }
}

/** What a browser keeps, shared by its pages. */
export class FakeDisk {
  readonly texts = new Map<string, string>();
  /** Drafts, as they were when they were written. */
  readonly records = new Map<string, unknown>();
  readonly #holders = new Map<string, object>();
  /** Whether there is no room for more. */
  full = false;

  /** The storage of one page; `tab` is what its tab remembers, and survives a reload. */
  page(tab: Map<string, string> = new Map(), locks = true): { readonly storage: StoragePort; close(): void } {
    const me = {};
    const storage: StoragePort = {
      read: (key) => this.texts.get(key),
      write: (key, text) => void this.texts.set(key, text),
      drafts: {
        keys: async () => [...this.records.keys()],
        read: async (key) => this.records.get(key),
        write: async (key, record) => {
          if (this.full) throw new Error("QuotaExceededError");
          this.records.set(key, structuredClone(record));
        },
        remove: async (key) => void this.records.delete(key),
      },
      readTab: (key) => tab.get(key),
      writeTab: (key, text) => void tab.set(key, text),
      hold: async (name) => {
        if (!locks) return undefined;
        if (this.#holders.has(name) && this.#holders.get(name) !== me) return false;
        this.#holders.set(name, me);
        return true;
      },
    };
    const close = () => {
      for (const [name, holder] of this.#holders) if (holder === me) this.#holders.delete(name);
    };
    return { storage, close };
  }
}

/** Names are unique among all windows. */
let names = 0;

/** A window that notes what is asked of it. */
export class FakeBrowser implements BrowserPort {
  reloaded = false;
  readonly width = 1280;
  dark = false;
  readonly downloads: { readonly name: string; readonly text: string }[] = [];
  readonly tabs: { readonly title: string; readonly progress: number | undefined }[] = [];
  readonly released: string[] = [];
  readonly addresses: (string | undefined)[] = [];
  theme: Theme | undefined;
  regions = 0;
  menus = 0;
  /** What was put on the clipboard, the newest last. */
  readonly clipboard: string[] = [];
  mayCopy = true;
  #count = 0;
  #onDark = () => {};

  randomSeed = (): number => 4_000 + ++this.#count;
  newName = (): string => `${(++names).toString().padStart(8, "0")}-0000-4000-8000-000000000000`;
  download = (name: string, text: string): void => void this.downloads.push({ name, text });
  copy = async (text: string): Promise<boolean> => {
    if (this.mayCopy) this.clipboard.push(text);
    return this.mayCopy;
  };
  addressOf = (picture: Uint8Array): string => `blob:${picture.length}-${++this.#count}`;
  release = (address: string): void => void this.released.push(address);
  showRun = (run: string | undefined): void => void this.addresses.push(run);
  showTab = (title: string, progress: number | undefined): void => void this.tabs.push({ title, progress });
  prefersDark = (): boolean => this.dark;
  copied = async (): Promise<string | undefined> => (this.mayCopy ? this.clipboard.at(-1) : undefined);
  /** What a test does as soon as what was drawn is on the screen. */
  atPaint: (() => void)[] = [];
  painted = async (): Promise<void> => this.atPaint.shift()?.();
  focusNextRegion = (): void => void this.regions++;
  openMenu = (): void => void this.menus++;

  showTheme = (theme: Theme): void => {
    this.theme = theme;
  };

  onPrefersDark = (listener: () => void): void => {
    this.#onDark = listener;
  };

  /** The system turns dark or light. */
  turnDark(dark: boolean): void {
    this.dark = dark;
    this.#onDark();
  }
}
