import type { WorkflowJson } from "@clipwork/engine";
import type { CanvasView } from "../canvas/canvas-view.ts";
import type { Box, Point } from "../canvas/geometry.ts";
import type { SocketRef } from "../document/links.ts";
import type { Dock } from "../editor/frames-of-groups.ts";
import type { DragHandlers } from "./flow.ts";

/** What the canvas reports of the user's actions on it. */
export type ViewHandlers = DragHandlers & {
  /** What decides the size of a node's card: those of one make are drawn alike. */
  makeOf(workflow: WorkflowJson, id: string): string;
  /** The node whose card is edited in place. */
  edited(): string | undefined;
  /** Renders a node into the element, whole or as a plain card; returns a function that unmounts it. */
  mount(id: string, element: HTMLElement, plain: boolean): () => void;
  /** A link of the workflow is drawn in this element. */
  linked(element: HTMLElement): void;
  /** A node was pressed. */
  pressed(id: string, event: PointerEvent): void;
  /** The ids that move when the node is dragged. */
  company(id: string): Iterable<string>;
  /** These nodes are being dragged, so far by as much; `undefined`: no longer. */
  dragging(ids: ReadonlySet<string>, by: Point | undefined): void;
  /** Nodes were dragged to these places, by as much. */
  moved(places: ReadonlyMap<string, Point>, by: Point): void;
  /** The kind of value that the link carries. */
  kind(link: { readonly node: string; readonly port: string }): string;
  zoomed(scale: number): void;
  /** Where notes and the frames of groups stand. */
  beside(): { readonly notes: readonly Box[]; readonly frames: readonly Box[] };
  /** Whether there are nodes or notes, and none of them is in the window. */
  lost(lost: boolean): void;
  /** The canvas was moved. */
  panned(): void;
  /** Cards have got another size. */
  resized(): void;
};

/** The canvas as Rete draws it. */
export type GraphView = CanvasView & {
  /** Draws this workflow from now on: what is in the window at once or in the next frames, the rest when it comes into the window. */
  show(workflow: WorkflowJson): void;
  /** Hides the members of collapsed groups: their links end at the card of their group. */
  dock(docks: Iterable<Dock>): void;
  /** How often a hand has been on the canvas. */
  hands(): number;
  /** What is known of node types has changed, or which card is edited in place: what is drawn follows. */
  renew(): void;
  /** The canvas is busy until this is done: what is on it still moves. */
  busy(work: Promise<unknown>): Promise<void>;
  /** Puts an element on the canvas, in canvas units. */
  hold(element: HTMLElement): void;
  /** Drags a node, with its company, by something else than its card: to a place, and down where it is. */
  drag(id: string, to: Point): void;
  putDown(id: string): void;
  /** Ends what the hand is doing, with nothing done: cards that are dragged, a link that is drawn. What is shown next puts cards where they belong. */
  cancel(): void;
  /** Registers an element as a socket, or unregisters it. */
  addSocket(socket: SocketRef, element: HTMLElement): void;
  removeSocket(element: HTMLElement): void;
  /** The nodes that are drawn, wholly or partly, in a rectangle of the canvas. */
  idsIn(box: Box): string[];
  destroy(): void;
};
