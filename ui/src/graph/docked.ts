import { type Box, boxAt, type Point } from "../canvas/geometry.ts";
import type { SocketRef } from "../document/links.ts";
import type { Dock } from "../editor/frames-of-groups.ts";

/** The nodes that collapsed groups hide, and where their links end meanwhile. The card of a group moves with its first member. */
export type Docked = {
  /** Hides the members of these and no others. Returns the nodes whose links end elsewhere now. */
  set(docks: Iterable<Dock>): Iterable<string>;
  pointOf(socket: SocketRef): Point | undefined;
  /** The card that the node is in. */
  boxOf(id: string): Box | undefined;
  /** The collapsed group that hides the node. */
  groupOf(id: string): string | undefined;
  /** Whether both are in one card. */
  together(one: string, other: string): boolean;
  /** The nodes whose links move when this one does. */
  movedWith(id: string): Iterable<string>;
};

type Nodes = {
  /** The frame of a node that is drawn. */
  elementOf(id: string): HTMLElement | undefined;
  placeOf(id: string): Point | undefined;
};

export function createDocked({ elementOf, placeOf }: Nodes): Docked {
  let byNode: ReadonlyMap<string, Dock> = new Map();

  /** Where the corner of the group's card is now, also while it is dragged. */
  function cornerOf(id: string): { readonly dock: Dock; readonly at: Point } | undefined {
    const dock = byNode.get(id);
    const first = dock && placeOf(dock.members[0]!);
    return first && { dock, at: { x: first.x + dock.corner.x, y: first.y + dock.corner.y } };
  }

  return {
    set(docks) {
      const before = byNode;
      const now = new Map<string, Dock>();
      for (const dock of docks) for (const member of dock.members) now.set(member, dock);
      byNode = now;
      const touched = new Set([...before.keys(), ...now.keys()]);
      for (const id of touched) elementOf(id)?.toggleAttribute("data-hidden", now.has(id));
      return touched;
    },
    pointOf({ node, port, side }) {
      const found = cornerOf(node);
      const at = found?.dock.at(side, node, port);
      return found && at && { x: found.at.x + at.x, y: found.at.y + at.y };
    },
    boxOf(id) {
      const found = cornerOf(id);
      if (!found) return undefined;
      const { left, top, right, bottom } = found.dock.box;
      return boxAt(found.at, { width: right - left, height: bottom - top });
    },
    groupOf: (id) => byNode.get(id)?.id,
    together: (one, other) => byNode.has(one) && byNode.get(one) === byNode.get(other),
    movedWith(id) {
      const dock = byNode.get(id);
      if (!dock) return [id];
      return dock.members[0] === id ? dock.members : [];
    },
  };
}
