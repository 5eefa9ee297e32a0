import type { GuidanceValue, ImageEmbeddingValue, ImageValue, TextEmbeddingValue, Value } from "../values/value.ts";

/** What a socket carries: a kind, and what refines it. Plain data, so that it travels as JSON to the editor. */
export type SocketType = {
  readonly kind: SocketKind;
  /** Known facts: the CLIP space of an embedding, the side of an image. An absent one is unknown and fits anything. */
  readonly refine?: { readonly [name: string]: Refinement };
  /** For kind "variable": all sockets of one node with this name have one type. */
  readonly name?: string;
};

export type SocketKind =
  | "text"
  | "number"
  | "integer"
  | "boolean"
  | "image"
  | "text-embedding"
  | "image-embedding"
  | "guidance"
  | "variable";

/**
 * A fact about a type. `{ pack: key }` is looked up in the facts of the node's pack when the workflow is validated;
 * `{ id, name }` is compared by id and shown by name.
 */
export type Refinement = string | number | { readonly pack: string } | { readonly id: string; readonly name: string };

/** A declared input or output. The type parameter is the value that `run` sees for one item. */
export type Socket<V extends Value = Value, Optional extends boolean = boolean, List extends boolean = boolean> = {
  readonly type: SocketType;
  readonly summary: string;
  readonly optional: Optional;
  /** On an input: `run` takes the whole list. On an output: `run` emits a list, which is concatenated in item order. */
  readonly list: List;
  /** On an input: an item needs it only where the node's parameter `param` is `is`. */
  readonly when?: { readonly param: string; readonly is: boolean | number | string };
  /** Never present at run time: carries V for the type checker. */
  readonly phantom?: V;
};

function socket<V extends Value>(
  kind: SocketKind,
  summary: string,
  refine?: SocketType["refine"],
): Socket<V, false, false> {
  return { type: refine ? { kind, refine } : { kind }, summary, optional: false, list: false };
}

/** The socket types. Embeddings name the fact of the pack that identifies their CLIP space. */
export const t = {
  text: (summary: string) => socket<string>("text", summary),
  number: (summary: string) => socket<number>("number", summary),
  integer: (summary: string) => socket<number>("integer", summary),
  boolean: (summary: string) => socket<boolean>("boolean", summary),
  /** An image; `side` is a fact of the pack such as "decoder.size", where the size is known to be square. */
  image: (summary: string, side?: string) =>
    socket<ImageValue>("image", summary, side === undefined ? undefined : { side: { pack: side } }),
  textEmbedding: (summary: string) =>
    socket<TextEmbeddingValue>("text-embedding", summary, { space: { pack: "space" } }),
  imageEmbedding: (summary: string) =>
    socket<ImageEmbeddingValue>("image-embedding", summary, { space: { pack: "space" }, scale: "raw" }),
  guidance: (summary: string) => socket<GuidanceValue>("guidance", summary),
  /** Whatever is linked: sockets of one node with the same name share its type. */
  variable: (name: string, summary: string): Socket<Value, false, false> => ({
    type: { kind: "variable", name },
    summary,
    optional: false,
    list: false,
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

/** Whether items need an input, by the values of parameters; undefined where the deciding one is fed by a link. */
export function isNeeded(
  { when }: Socket,
  params: { readonly [name: string]: unknown },
  linked: (param: string) => boolean,
): boolean | undefined {
  if (!when) return true;
  return linked(when.param) ? undefined : params[when.param] === when.is;
}
