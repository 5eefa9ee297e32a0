import type { SocketType } from "@clipwork/engine";
import type { Point } from "../canvas/geometry.ts";
import type { End } from "../document/edit.ts";
import type { SocketRef } from "../document/links.ts";
import type { BrowserPort } from "./ports.ts";
import { createStore, type Readable } from "./store.ts";

/** A search for a node to add: where it appears in the window, where the node goes, and the loose link it would take. */
export type Search = {
  readonly at: Point;
  readonly place: Point;
  readonly from?: SocketRef;
  readonly type?: SocketType;
};

/** A close look at a picture. `run` is asked for its frames and outputs; `node` and `item` say which. */
export type Look = { readonly run: string; readonly node: string; readonly item: number };

/** A picture that is compared with another. */
export type Compared = {
  readonly run: string;
  readonly picture: string;
  readonly title: string;
  /** What made it in that run; absent if that is not known. */
  readonly node?: string;
  readonly item?: number;
};

/**
 * An open menu of what can be done with something on the page: the kind of menu, and the name of what it is about. `at` is a place in
 * the window; without it the menu opens at what has the focus.
 */
export type OpenMenu = { readonly kind: string; readonly about: string; readonly at?: Point };

export type ScreenState = {
  /** The id of the open side panel. */
  readonly side: string;
  /** Whether the side panel is folded away. */
  readonly folded?: true;
  /** The id of the open dialog. */
  readonly dialog?: string;
  /** What it is about, if it shows one of several things; another dialog is about nothing unless that is said too. */
  readonly about?: string;
  readonly search?: Search;
  readonly menu?: OpenMenu;
  readonly look?: Look;
  readonly compare?: readonly [Compared, Compared];
  /** The parameters whose file is being painted. */
  readonly paint?: { readonly ends: readonly End[] };
  /** The run of which it is shown where its time went. */
  readonly profile?: string;
  /** The parameter that is to be swept. */
  readonly sweep?: End;
  /** The selected link, by its input's address. */
  readonly link?: string;
  /** While a link is dragged: why it cannot go where the pointer is. */
  readonly hint?: string;
  /** Whether a file is held over the page. */
  readonly dropping?: true;
  /** What is being edited in place on the canvas: the title of a card or group, or a note's text. */
  readonly editing?: { readonly what: "card" | "group" | "note"; readonly id: string };
  /** The field of the details panel that should get the focus. Whoever focuses it clears this. */
  readonly focusField?: End;
};

/** What is open on the page besides the canvas. */
export type Screen = Readable<ScreenState> & {
  /** Changes parts of it; `undefined` closes a part. */
  show(change: { readonly [K in keyof ScreenState]?: ScreenState[K] | undefined }): void;
  /** Moves the focus to a parameter's field. */
  focusField(node: string, port: string): void;
  focusNextRegion(): void;
  /** Opens the menu of what has the focus. */
  openMenu(): void;
};

/** The panel that shows the selection. The editor itself switches to it; the user opens all others. */
export const detailsPanel = "node";

export function createScreen(browser: Pick<BrowserPort, "focusNextRegion" | "openMenu">): Screen {
  const { get, set, listen } = createStore<ScreenState>({ side: detailsPanel });
  const show: Screen["show"] = (change) =>
    set((now) => {
      const other = "dialog" in change && change.dialog !== now.dialog ? { about: undefined } : {};
      const next = Object.entries({ ...now, ...other, ...change }).filter(([, value]) => value !== undefined);
      return Object.fromEntries(next) as ScreenState;
    });
  return {
    get,
    listen,
    show,
    focusField: (node, port) => show({ side: detailsPanel, folded: undefined, focusField: { node, port } }),
    focusNextRegion: browser.focusNextRegion,
    openMenu: browser.openMenu,
  };
}
