import type { SocketType } from "@clipwork/engine";
import { copyNodes, pasteNodes } from "../document/clipboard.ts";
import {
  addNode,
  connect,
  disconnect,
  type End,
  emptyWorkflow,
  newId,
  removeNodes,
  setMode,
} from "../document/edit.ts";
import { linksOf, refusal, type SocketRef, socketTypes } from "../document/links.ts";
import { bestPort, type Found } from "../document/search.ts";
import type { Point } from "../graph/link-element.ts";
import { offer } from "./catalogue.ts";
import { edit, editor, openWorkflow, select, workflow } from "./editor.ts";
import { environment } from "./environment.ts";
import { showRun } from "./runs.ts";
import { tell } from "./toast.ts";
import { show, ui } from "./ui.ts";

/**
 * Links two sockets, or says in the engine's words why not. True when the link stands. `taken` is the input that a link was
 * taken off to go to the other.
 */
export function link(from: End, to: End, taken?: End): boolean {
  const before = taken ? disconnect(workflow(), taken) : workflow();
  const problem = refusal(before, from, to, environment());
  if (problem) {
    tell(problem.message, { tone: "error", more: problem.remedy });
    return false;
  }
  edit(() => connect(before, from, to));
  return true;
}

/** The type of a socket as the document has it. */
export function typeOf(socket: SocketRef): SocketType | undefined {
  const types = socketTypes(workflow(), environment());
  return socket.side === "output" ? types.output(socket) : types.input(socket);
}

/** Links a socket to the node's port that suits it best; free inputs come first. False where nothing suits. */
export function linkToNode(from: SocketRef, id: string): boolean {
  const node = workflow().nodes[id];
  const definition = node && offer.get().catalogue.get(node.type);
  const type = typeOf(from);
  if (!definition || !type) return false;
  const free = { ...definition, inputs: without(definition.inputs, node.inputs) };
  const side = from.side === "output" ? "input" : "output";
  const fit = bestPort(free, { side, type }) ?? bestPort(definition, { side, type });
  if (!fit) return false;
  const there = { node: id, port: fit.port };
  return from.side === "output" ? link(from, there) : link(there, from);
}

function without<T>(all: { readonly [name: string]: T }, taken: object = {}): { readonly [name: string]: T } {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !Object.hasOwn(taken, name)));
}

/** Adds a node, linked to the loose end that was searched for, and chooses it. */
export function addFound({ definition, port }: Found, place: Point, from?: SocketRef): string {
  const id = newId(definition.type, workflow().nodes);
  const { x, y } = place;
  edit((now) => {
    const node = { type: definition.type, version: definition.version };
    const added = addNode(now, id, node, { x: Math.round(x), y: Math.round(y) });
    if (!from || port === undefined) return added;
    const there = { node: id, port };
    return from.side === "output" ? connect(added, from, there) : connect(added, there, from);
  });
  select([id]);
  return id;
}

/** Puts a reroute into a link. */
export function rerouteLink(id: string, place: Point): void {
  const old = linksOf(workflow()).find((known) => known.id === id);
  const type = "util.reroute";
  const definition = offer.get().catalogue.get(type);
  if (!old || !definition) return;
  const name = newId(type, workflow().nodes);
  edit((now) => {
    const { x, y } = place;
    const added = addNode(now, name, { type, version: definition.version }, { x: Math.round(x), y: Math.round(y) });
    const [input] = Object.keys(definition.inputs);
    const [output] = Object.keys(definition.outputs);
    return connect(connect(added, old.from, { node: name, port: input! }), { node: name, port: output! }, old.to);
  });
  select([name]);
}

/** Removes the chosen link, or else the chosen nodes. */
export function removeChosen(): void {
  const { link: chosenLink } = ui.get();
  const { selection } = editor.get();
  if (chosenLink !== undefined) {
    const [node, port] = chosenLink.split(".") as [string, string];
    edit((now) => disconnect(now, { node, port }));
    show({ link: undefined });
  } else if (selection.size > 0) edit((now) => removeNodes(now, selection));
}

/** Mutes or bypasses the chosen nodes, or lets them run again where all of them are so already. */
export function toggleMode(mode: "mute" | "bypass"): void {
  const { selection } = editor.get();
  const all = [...selection].every((id) => workflow().nodes[id]?.mode === mode);
  edit((now) => setMode(now, selection, all ? undefined : mode));
}

/** Copies of the chosen nodes beside them. */
export function duplicateChosen(): void {
  paste(copyNodes(workflow(), editor.get().selection), { x: 32, y: 32 });
}

/** The chosen nodes as text for the clipboard, or undefined where none is chosen. */
export function copyChosen(): string | undefined {
  const { selection } = editor.get();
  return selection.size === 0 ? undefined : JSON.stringify(copyNodes(workflow(), selection), null, 2);
}

/** Adds the nodes of a copied workflow and chooses them. */
export function paste(copied: typeof emptyWorkflow, offset: Point): void {
  if (Object.keys(copied.nodes).length === 0) return;
  let ids: readonly string[] = [];
  edit((now) => {
    const result = pasteNodes(now, copied, offset);
    ids = result.ids;
    return result.workflow;
  });
  select(ids);
}

/** Begins an empty workflow. */
export function newWorkflow(): void {
  showRun(undefined);
  openWorkflow(emptyWorkflow);
  show({ dialog: undefined });
}
