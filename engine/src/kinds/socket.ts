import type { Value } from "../values/value.ts";
import { boolean, integer, type Kind, number, text, variable } from "./kind.ts";

/** What a socket carries: a kind, and what refines it. Plain data, so that it travels as JSON to the editor. */
export type SocketType = {
  /** The name of a kind; "variable" for whatever is linked. */
  readonly kind: string;
  /** Known facts: the CLIP space of an embedding, the side of an image. An absent one is unknown and fits anything. */
  readonly refine?: { readonly [name: string]: Refinement };
  /** For kind "variable": all sockets of one node with this name have one type. */
  readonly name?: string;
};

/**
 * A fact about a type. `{ pack: key }` is looked up in the facts of the node's pack when the workflow is validated;
 * `{ same: name }` is whatever what is linked says, and one for all sockets of the node with that name; `{ id, name }` is
 * compared by id and shown by name. `{ param: name }` is the number that the node's parameter has, `{ file: param, fact }` one that
 * is known of the file that its parameter names, such as "width". `{ first: facts }` is the first of these that is known; a parameter
 * that a link feeds may be anything, so no fact after it counts. `{ of, times, over }` is a number multiplied and divided,
 * unknown if that is no whole one.
 */
export type Refinement =
  | string
  | number
  | { readonly pack: string }
  | { readonly same: string }
  | { readonly param: string }
  | { readonly file: string; readonly fact: string }
  | { readonly first: readonly Refinement[] }
  | { readonly of: Refinement; readonly times?: Refinement; readonly over?: Refinement }
  | { readonly id: string; readonly name: string };

/** A declared input or output. The type parameter is the value that `run` sees for one item. */
export type Socket<V extends Value = Value, Optional extends boolean = boolean, List extends boolean = boolean> = {
  readonly type: SocketType;
  /** The kind that `type` names. */
  readonly of: Kind;
  readonly summary: string;
  readonly optional: Optional;
  /** On an input: `run` takes the whole list. On an output: `run` emits a list, which is concatenated in item order. */
  readonly list: List;
  /** On an input: an item needs it only where the node's parameter `param` is `is`. */
  readonly when?: { readonly param: string; readonly is: boolean | number | string };
  /** On an input: an item needs it only if the node's pack has this fact. On an output: the node gives it only then. */
  readonly whenPack?: string;
  /** Never present at run time: carries V for the type checker. */
  readonly phantom?: V;
};

/** A socket for values of a kind; `refine` are facts of its type, known or to be looked up in the node's pack. */
export function socketOf<V extends Value>(
  kind: Kind<V>,
  summary: string,
  refine?: SocketType["refine"],
): Socket<V, false, false> {
  const type = refine ? { kind: kind.kind, refine } : { kind: kind.kind };
  return { type, of: kind, summary, optional: false, list: false };
}

/** Sockets of the kinds that the engine brings. */
export const t = {
  text: (summary: string) => socketOf(text, summary),
  number: (summary: string) => socketOf(number, summary),
  integer: (summary: string) => socketOf(integer, summary),
  boolean: (summary: string) => socketOf(boolean, summary),
  /** Whatever is linked: sockets of one node with the same name share its type. */
  variable: (name: string, summary: string): Socket<Value, false, false> => ({
    ...socketOf(variable, summary),
    type: { kind: "variable", name },
  }),
} as const;

/** An input that may stay unlinked; `run` then sees undefined. */
export function optional<V extends Value, L extends boolean>(socket: Socket<V, boolean, L>): Socket<V, true, L> {
  return { ...socket, optional: true };
}

/** An input that takes the whole list, or an output that emits one. */
export function list<V extends Value, O extends boolean>(socket: Socket<V, O, boolean>): Socket<V, O, true> {
  return { ...socket, list: true };
}

/**
 * An input that an item needs only where the node's parameter `param` is `is`. Elsewhere `run` sees undefined, and what is
 * linked is neither run nor part of the fingerprint.
 */
export function when<V extends Value, L extends boolean>(
  param: string,
  is: boolean | number | string,
  socket: Socket<V, boolean, L>,
): Socket<V, boolean, L> {
  return { ...socket, when: { param, is } };
}

/**
 * An input that items need only if the node's pack has the fact, such as "decoder.text". Without it `run` sees undefined, and what
 * is linked is neither run nor part of the fingerprint. An output that the node gives only if its pack has the fact.
 */
export function whenPack<V extends Value, L extends boolean>(
  fact: string,
  socket: Socket<V, boolean, L>,
): Socket<V, boolean, L> {
  return { ...socket, whenPack: fact };
}

/** Whether a node whose pack has these facts gives an output. */
export function isGiven({ whenPack }: Socket, facts: { readonly [key: string]: unknown } | undefined): boolean {
  return whenPack === undefined || (facts !== undefined && Object.hasOwn(facts, whenPack));
}

/**
 * Whether items need an input, by the facts of the node's pack and the values of parameters; undefined where the deciding
 * parameter is fed by a link.
 */
export function isNeeded(
  { when, whenPack }: Socket,
  params: { readonly [name: string]: unknown },
  linked: (param: string) => boolean,
  facts: { readonly [key: string]: unknown } | undefined,
): boolean | undefined {
  if (whenPack !== undefined && facts && !Object.hasOwn(facts, whenPack)) return false;
  if (!when) return true;
  return linked(when.param) ? undefined : params[when.param] === when.is;
}
