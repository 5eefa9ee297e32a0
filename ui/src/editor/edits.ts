import type { Environment, Problem, SocketType, WorkflowJson } from "@clipwork/engine";
import { type Alignment, aligned, type Boxes, distributed } from "../canvas/align.ts";
import { dotAt } from "../canvas/dot.ts";
import { freeSpot } from "../canvas/free-spot.ts";
import { boxAround, boxAt, type Point } from "../canvas/geometry.ts";
import { nearestIn } from "../canvas/nearest.ts";
import { typicalCard } from "../canvas/shapes.ts";
import { checkOnce, readOnce } from "../document/checked.ts";
import { copyNodes, pasteNodes } from "../document/clipboard.ts";
import {
  addNode,
  connect,
  disconnect,
  type End,
  endOf,
  moveNodes,
  newId,
  placeOf,
  removeNodes,
  setMode,
} from "../document/edit.ts";
import { environmentFor } from "../document/environment.ts";
import { seenWith } from "../document/groups.ts";
import { isBoundary } from "../document/levels.ts";
import { refusal, type SocketRef, type SocketTypes, socketTypes } from "../document/links.ts";
import { moveNotes, removeNotes } from "../document/notes.ts";
import { withReroute } from "../document/reroute.ts";
import { bestPort, type Found } from "../document/search.ts";
import type { Canvas } from "./canvas.ts";
import { cardsIn, placesOfCards } from "./cards.ts";
import { boxesOn, freePlace, rounded } from "./free-place.ts";
import type { Messages } from "./messages.ts";
import { wouldNest } from "./nesting.ts";
import type { Offer } from "./offer.ts";
import { sayUndoable } from "./say-undoable.ts";
import type { Screen } from "./screen.ts";
import type { OpenWorkflow } from "./workflow.ts";

/** What the user does to nodes and links, by whatever means. */
export type Edits = {
  /** What the engine needs to check the document as it is now. */
  environment(): Environment;
  /** The type of a socket as the document has it. */
  typeOf(socket: SocketRef): SocketType | undefined;
  /** The kind of value that an output gives, "unknown" if that is not known. */
  kindOf(output: End): string;
  /**
   * Links two sockets, or says in the engine's words why not. Returns whether the link was made. `taken` is the input that
   * the link was taken off.
   */
  link(from: End, to: End, taken?: End): boolean;
  /** Links a socket to the node's best matching port; free inputs come first. Returns false if nothing fits. */
  linkToNode(from: SocketRef, id: string): boolean;
  /**
   * Adds a node, linked to the loose end that was searched for, and selects it. Returns its id, or undefined if it is the subgraph that is open, or
   * contains that: it says so then.
   */
  addFound(found: Found, place: Point, from?: SocketRef): string | undefined;
  /** Where a node goes that nobody has pointed a place for: to the right of the selected one, else into the middle. */
  placeForNew(): { readonly at: Point; readonly place: Point } | undefined;
  /** Inserts a reroute into a link, with its middle at a place of the canvas. */
  reroute(link: string, at: Point): void;
  /** Feeds an input from the middle of another link: a reroute is put in there. Says in the engine's words why not if it does not fit. */
  branch(link: string, at: Point, to: End): void;
  /** Brings the selected nodes in line. */
  align(to: Alignment): void;
  /** Gives the selected nodes the same gap between one another, from left to right ("x") or from top to bottom ("y"). */
  distribute(axis: "x" | "y"): void;
  /** Removes the selected link, or else the selected nodes and notes. */
  removeSelected(): void;
  /** Mutes or bypasses the selected nodes, or lets them run again if all of them already are. */
  toggleMode(mode: "mute" | "bypass"): void;
  /** Adds copies of the selected nodes and notes beside them. */
  duplicateSelected(): void;
  /** The selected nodes and notes as text for the clipboard, or undefined if none is selected. */
  copySelected(): string | undefined;
  /** Adds the nodes, groups and notes of a copied workflow and selects them, or says that a subgraph would contain itself. */
  paste(copied: WorkflowJson, offset: Point): void;
  /** Moves the selected nodes and notes one step in a direction. */
  moveSelected(direction: Point): void;
  /** Selects the node nearest to `from`, or else to the first selected one, in a direction. */
  selectNext(direction: Point, from?: string): void;
  /** Moves the focus to the first field of the selected node. */
  editSelected(): void;
};

/** Offset in canvas units of copies from their originals. */
const beside: Point = { x: 32, y: 32 };
/** Canvas units from a node to the next one that is added to its right. */
const toTheRight = 60;
/** Canvas units per step by keys. */
const keyStep = 16;

type Needs = {
  readonly workflow: OpenWorkflow;
  readonly offer: Offer;
  readonly screen: Screen;
  readonly canvas: Canvas;
  readonly messages: Messages;
};

export function createEdits({ workflow, offer, screen, canvas, messages }: Needs): Edits {
  const { present, edit, select } = workflow;
  const selected = () => workflow.get().selection;
  const notes = (): ReadonlySet<string> => workflow.get().selectedNotes ?? new Set();
  /** The selected nodes: the cards for the sides of a subgraph are none. */
  const selectedNodes = () => new Set([...selected()].filter((id) => !isBoundary(present().nodes[id]?.type ?? "")));
  const copied = () => copyNodes(present(), selectedNodes(), notes());
  const environment = () => environmentFor(readOnce(present()).document, offer.get());

  let known: { readonly of: readonly unknown[]; readonly types: SocketTypes } | undefined;
  /** Every link and reroute of the canvas asks for its type: they are found once for as long as nothing that is computed changes. */
  function knownTypes(): SocketTypes {
    const of = [present().nodes, offer.get()];
    if (!known || of.some((part, i) => part !== known?.of[i]))
      known = { of, types: socketTypes(present(), environment(), checkOnce(present(), offer.get()).types) };
    return known.types;
  }

  const typeOf: Edits["typeOf"] = (socket) => {
    const types = knownTypes();
    return socket.side === "output" ? types.output(socket) : types.input(socket);
  };

  /** Most outputs say it themselves: only one that passes on whatever comes needs all types of the document. */
  function kindOf({ node, port }: End): string {
    const outputs = offer.get().catalogue.get(present().nodes[node]?.type ?? "")?.outputs;
    const declared = outputs && Object.hasOwn(outputs, port) ? outputs[port]!.type.kind : "variable";
    return declared === "variable" ? (typeOf({ node, port, side: "output" })?.kind ?? "unknown") : declared;
  }

  function refuse({ message, remedy }: Problem): false {
    messages.say(message, { tone: "error", more: remedy, about: "link" });
    return false;
  }

  const link: Edits["link"] = (from, to, taken) => {
    const before = taken ? disconnect(present(), taken) : present();
    const problem = refusal(before, from, to, environment());
    if (problem) return refuse(problem);
    const replaced = before.nodes[to.node]?.inputs?.[to.port];
    edit(() => connect(before, from, to));
    if (replaced !== undefined && replaced !== `${from.node}.${from.port}`)
      sayUndoable(
        workflow,
        messages,
        `"${to.node}.${to.port}" is fed by "${from.node}.${from.port}" now, no longer by "${replaced}".`,
        "link",
      );
    return true;
  };

  // What was said of a link is over with the next change.
  let last = present();
  workflow.listen(() => {
    if (present() === last) return;
    last = present();
    messages.settle("link");
  });

  const boxes = () => boxesOn(canvas);

  /** Puts the cards of what is selected to where `to` has them. */
  function moveCards(to: (cards: Boxes) => ReadonlyMap<string, Point>): void {
    const some = [...boxes()].filter(([id]) => selected().has(id));
    const cards = cardsIn(present(), new Map(some));
    const corners = to(new Map([...cards].map(([id, { box }]) => [id, box])));
    const moved = [...placesOfCards(present(), cards, corners)].filter(([id, { x, y }]) => {
      const now = placeOf(present(), id);
      return now.x !== x || now.y !== y;
    });
    if (moved.length > 0) edit((now) => moveNodes(now, new Map(moved)));
  }

  /** How far copies have to go from their originals' places to lie on no other card. */
  function freeOffset(copied: WorkflowJson, offset: Point): Point {
    const all = boxes();
    const originals = Object.keys(copied.nodes).map((id) => all.get(id) ?? boxAt(placeOf(copied, id), typicalCard));
    const around = boxAround(originals);
    if (!around || all.size === 0) return offset;
    const { left, top, right, bottom } = around;
    const wanted = boxAt({ x: left + offset.x, y: top + offset.y }, { width: right - left, height: bottom - top });
    const spot = freeSpot(wanted, [...all.values()]);
    return rounded({ x: spot.x - left, y: spot.y - top });
  }

  const reveal = (...ids: string[]) => void canvas.get().view?.reveal(...ids);

  const paste: Edits["paste"] = (copied, offset) => {
    const result = pasteNodes(present(), copied, freeOffset(copied, offset));
    if (result.ids.length + result.notes.length === 0) return;
    const types = result.ids.map((id) => result.workflow.nodes[id]!.type);
    if (wouldNest(types, result.workflow, workflow, messages)) return;
    edit(() => result.workflow);
    select(result.ids, result.notes);
    reveal(...result.ids);
  };

  return {
    environment,
    typeOf,
    kindOf,
    link,
    paste,
    linkToNode(from, id) {
      const node = present().nodes[id];
      const definition = node && offer.get().catalogue.get(node.type);
      const type = typeOf(from);
      if (!definition || !type) return false;
      const free = { ...definition, inputs: without(definition.inputs, node.inputs) };
      const side = from.side === "output" ? "input" : "output";
      const fit = bestPort(free, { side, type }) ?? bestPort(definition, { side, type });
      if (!fit) return false;
      const there = { node: id, port: fit.port };
      return from.side === "output" ? link(from, there) : link(there, from);
    },
    addFound({ definition: { type, version }, port }, place, from) {
      if (wouldNest([type], present(), workflow, messages)) return undefined;
      const id = newId(type, present().nodes);
      edit((now) => {
        const added = addNode(now, id, { type, version }, freePlace(canvas, place));
        if (!from || port === undefined) return added;
        const there = { node: id, port };
        return from.side === "output" ? connect(added, from, there) : connect(added, there, from);
      });
      select([id]);
      reveal(id);
      return id;
    },
    placeForNew() {
      const { view } = canvas.get();
      const [id, ...more] = selected();
      const box = id === undefined || more.length > 0 ? undefined : boxes().get(id);
      const middle = view?.middle();
      return middle && box ? { at: middle.at, place: { x: box.right + toTheRight, y: box.top + 20 } } : middle;
    },
    reroute(link, at) {
      const rerouted = withReroute(present(), offer.get().catalogue, link, dotAt(at));
      if (!rerouted) return;
      edit(() => rerouted.workflow);
      select([rerouted.id]);
    },
    branch(link, at, to) {
      const rerouted = withReroute(present(), offer.get().catalogue, link, dotAt(at));
      if (!rerouted) return;
      const problem = refusal(rerouted.workflow, rerouted.output, to, environment());
      if (problem) {
        refuse(problem);
        return;
      }
      edit(() => connect(rerouted.workflow, rerouted.output, to));
      select([rerouted.id]);
    },
    align: (to) => moveCards((cards) => aligned(cards, to)),
    distribute: (axis) => moveCards((cards) => distributed(cards, axis)),
    removeSelected() {
      const input = endOf(screen.get().link);
      if (input) {
        edit((now) => disconnect(now, input));
        screen.show({ link: undefined });
      } else if (selectedNodes().size + notes().size > 0)
        edit((now) => removeNotes(selectedNodes().size > 0 ? removeNodes(now, selectedNodes()) : now, notes()));
    },
    toggleMode(mode) {
      const all = [...selectedNodes()].every((id) => present().nodes[id]?.mode === mode);
      edit((now) => setMode(now, selectedNodes(), all ? undefined : mode));
    },
    duplicateSelected: () => paste(copied(), beside),
    copySelected: () => (selectedNodes().size + notes().size === 0 ? undefined : JSON.stringify(copied(), null, 2)),
    moveSelected({ x: dx, y: dy }) {
      if (selected().size + notes().size === 0) return;
      const moved = [...selected()].map((id) => {
        const { x, y } = placeOf(present(), id);
        return [id, { x: x + keyStep * dx, y: y + keyStep * dy }] as const;
      });
      const by = { x: keyStep * dx, y: keyStep * dy };
      edit((now) => moveNotes(moveNodes(now, new Map(moved)), notes(), by), "move by keys");
    },
    selectNext(direction, from = [...selected()][0]) {
      // A collapsed group stands at its first member.
      const first = (id: string) => seenWith(present(), id)[0]!;
      const seen = Object.keys(present().nodes).filter((id) => first(id) === id);
      const places = seen.map((id) => [id, placeOf(present(), id)] as const);
      const next = nearestIn(direction, from === undefined ? undefined : first(from), new Map(places));
      if (next === undefined) return;
      select(seenWith(present(), next));
      canvas.get().view?.focus(next);
      reveal(next);
    },
    editSelected() {
      const [id] = selected();
      const node = id === undefined || selected().size > 1 ? undefined : present().nodes[id];
      if (id === undefined || !node) return;
      const params = offer.get().catalogue.get(node.type)?.params ?? {};
      const port = Object.keys(params).find((name) => !Object.hasOwn(node.inputs ?? {}, name));
      if (port !== undefined) screen.focusField(id, port);
    },
  };
}

function without<T>(all: { readonly [name: string]: T }, taken: object = {}): { readonly [name: string]: T } {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !Object.hasOwn(taken, name)));
}
