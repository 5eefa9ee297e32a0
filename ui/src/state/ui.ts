import type { SocketType } from "@clipwork/engine";
import type { SocketRef } from "../document/links.ts";
import type { Point } from "../graph/link-element.ts";
import { createStore } from "./store.ts";

/** A search for a node to add: where it appears in the window, where the node goes, and the loose link it would take. */
export type Search = {
  readonly at: Point;
  readonly place: Point;
  readonly from?: SocketRef;
  readonly type?: SocketType;
};

/** What stands before everything else. */
export type Dialog = "templates" | "open" | "shortcuts";

/** A picture looked at closely. `run` is asked for its frames and outputs; `node` and `item` say where in it. */
export type Look = { readonly run: string; readonly node: string; readonly item: number };

/** A picture that is compared with another. */
export type Compared = { readonly run: string; readonly picture: string; readonly title: string };

export type Ui = {
  readonly side: "node" | "runs" | "outline";
  readonly search?: Search;
  readonly dialog?: Dialog;
  readonly look?: Look;
  readonly compare?: readonly [Compared, Compared];
  /** The link that is chosen, by its input's address. */
  readonly link?: string;
  /** While a link is dragged: why it cannot go where the pointer is, or what it would do. */
  readonly hint?: { readonly at: Point; readonly text: string; readonly bad: boolean };
  /** Counts requests to bring a field of the inspector into focus. */
  readonly focusField?: { readonly node: string; readonly port: string; readonly n: number };
};

export const ui = createStore<Ui>({ side: "node" });

/** Changes some of it; `undefined` takes a part away. */
export function show(change: { readonly [K in keyof Ui]?: Ui[K] | undefined }): void {
  ui.set((now) => {
    const next = Object.entries({ ...now, ...change }).filter(([, value]) => value !== undefined);
    return Object.fromEntries(next) as Ui;
  });
}

let asked = 0;

/** Brings a parameter's field into focus. */
export function focusField(node: string, port: string): void {
  show({ side: "node", focusField: { node, port, n: ++asked } });
}
