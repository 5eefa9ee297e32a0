import type { Graph, Places } from "../arrange/graph.ts";
import type { Api } from "../server/api.ts";
import type { Live, LiveListener } from "../server/live.ts";

/** All that an editor needs of the world. Tests hand in their own. */
export type Ports = {
  readonly api: Api;
  /** Connects to the server's events, and stays connected. */
  readonly connect: (listener: LiveListener) => Live;
  readonly storage: StoragePort;
  readonly clock: Clock;
  readonly browser: BrowserPort;
  /** Places for the cards of a graph, from (0, 0) on; undefined if it was called off. */
  readonly arrange: (graph: Graph, signal?: AbortSignal) => Promise<Places | undefined>;
};

export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `run` once after that many milliseconds; returns a function that calls it off. */
  after(ms: number, run: () => void): () => void;
};

/** What the browser keeps: for all pages of the editor, and for one tab. */
export type StoragePort = {
  read(key: string): string | undefined;
  write(key: string, text: string): void;
  /** Documents and what else is large. */
  readonly drafts: DraftPort;
  readTab(key: string): string | undefined;
  writeTab(key: string, text: string): void;
  /**
   * Whether this page now holds the name until the page is gone; waits so many milliseconds for another to let go of it.
   * Undefined if the browser has no locks, as on a plain HTTP address other than localhost.
   */
  hold(name: string, ms: number): Promise<boolean | undefined>;
};

/** Records of any size that survive the page and the browser. */
export type DraftPort = {
  keys(): Promise<readonly string[]>;
  read(key: string): Promise<unknown>;
  /** Resolves once it is stored; rejects if there is no room. Calls take effect in their order. */
  write(key: string, record: unknown): Promise<void>;
  remove(key: string): Promise<void>;
};

export type Theme = "light" | "dark";

/** What the editor asks of the window around it. */
export type BrowserPort = {
  /** Whether the user has reloaded the page rather than opened it. */
  readonly reloaded: boolean;
  /** Pixels of the window's width as the page opens. */
  readonly width: number;
  /** A whole number of 32 bits by chance. */
  randomSeed(): number;
  /** A name that nobody else has: a UUID. */
  newName(): string;
  /** Hands the user a file. */
  download(name: string, text: string): void;
  /** Puts text on the clipboard; false if the browser does not allow it. To be called in a click or at a key. */
  copy(text: string): Promise<boolean>;
  /** The text on the clipboard; undefined if the browser does not allow it. To be called in a click or at a key. */
  copied(): Promise<string | undefined>;
  /** An address of a picture (WebP), until it is released. */
  addressOf(picture: Uint8Array): string;
  release(address: string): void;
  /** Puts the run, or none, into the page's address. */
  showRun(run: string | undefined): void;
  /** Writes the tab's title and, for a share from 0 to 1, draws progress into its icon. */
  showTab(title: string, progress: number | undefined): void;
  showTheme(theme: Theme): void;
  prefersDark(): boolean;
  /** Calls `listener` whenever the answer of `prefersDark` changes. */
  onPrefersDark(listener: () => void): void;
  /** Resolves once what was drawn is on the screen. */
  painted(): Promise<void>;
  /** Moves the keyboard focus to the next of bar, canvas and panel. */
  focusNextRegion(): void;
  /** Asks what has the keyboard focus for its menu, as a click with the right button does. */
  openMenu(): void;
};
