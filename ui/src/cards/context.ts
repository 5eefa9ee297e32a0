import { createContext } from "react";
import type { Point } from "../canvas/geometry.ts";
import type { SocketRef } from "../document/links.ts";
import type { SizeOf } from "../editor/frames-of-groups.ts";
import { createStore, type Readable } from "../editor/store.ts";

/** What is dragged on the canvas just now: nodes, with the selected notes, by so many canvas units. */
export type Dragging = { readonly ids: ReadonlySet<string>; readonly by: Point };

/** What cards, groups and notes need from their canvas. */
export type CanvasTools = {
  addSocket(socket: SocketRef, element: HTMLElement): void;
  removeSocket(element: HTMLElement): void;
  readonly sizeOf: SizeOf;
  /** Changes whenever a node has another size. */
  readonly sized: Readable<number>;
  readonly dragging: Readable<Dragging | undefined>;
  scale(): number;
  /** Is aborted when what the hand holds goes from the canvas: another document or subgraph is opened. */
  hand(): AbortSignal;
  /** Drags what is selected from where the pointer went down. */
  carry(down: { readonly clientX: number; readonly clientY: number }): void;
};

export const CanvasContext = createContext<CanvasTools>({
  addSocket() {},
  removeSocket() {},
  sizeOf: () => undefined,
  sized: createStore(0),
  dragging: createStore<Dragging | undefined>(undefined),
  scale: () => 1,
  hand: () => new AbortController().signal,
  carry() {},
});
