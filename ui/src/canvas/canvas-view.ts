import type { Box, Point, Size, Transform } from "./geometry.ts";

/** What keys, buttons and lists ask of the canvas on the page. */
export type CanvasView = {
  /** Glides to where all nodes, notes and groups are seen, or the nodes named. */
  fit(ids?: Iterable<string>): Promise<void>;
  /**
   * Shows all nodes, notes and groups, or those at the left end if all would be too small to read. `expected`: where their cards are
   * thought to stand, if they are not drawn yet.
   */
  begin(expected?: readonly Box[]): Promise<void>;
  /** Where each node stands. */
  boxes(): ReadonlyMap<string, Box>;
  /** The part of the canvas that the window shows. */
  visible(): Box;
  /** The size of a node's card, also while it is hidden in a collapsed group; undefined if it is not drawn. */
  sizeOf(id: string): Size | undefined;
  /** Where the canvas stands now. */
  camera(): Transform;
  /** Moves the canvas there at once. */
  moveTo(camera: Transform): Promise<void>;
  /** Zooms around the middle. */
  zoomBy(factor: number): Promise<void>;
  /** The point of the canvas under a point of the window. */
  canvasPoint(x: number, y: number): Point;
  /** Where a search appears that nobody has pointed at: in the window, and on the canvas underneath. */
  middle(): { readonly at: Point; readonly place: Point };
  /** Resolves when all cards are drawn and have their size. */
  drawn(): Promise<void>;
  /** Moves the keyboard focus to a node's card without scrolling the page. */
  focus(id: string): void;
  /** Does so once it is drawn, unless the user has gone to a field, a menu or a dialog meanwhile. */
  focusLater(id: string): Promise<void>;
  /**
   * Moves the canvas just far enough to show the nodes, once they are drawn; only the first one if there is no room for all at
   * this scale. If a hand has been on the canvas meanwhile, it stays where it is.
   */
  reveal(...ids: string[]): Promise<void>;
};
