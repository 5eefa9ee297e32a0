import type { SocketType } from "../kinds/socket.ts";

/** A declared parameter. Drives the editor's control, validation, the reference and the fingerprint. */
export type Param<V extends ParamValue = ParamValue> = ParamShape & {
  readonly default: V;
  readonly summary: string;
  /** The type had results before it had this parameter, and its default leaves them as they were: it counts in no fingerprint. */
  readonly addedLater?: true;
  /** Never present at run time: carries V for the type checker. */
  readonly phantom?: V;
};

export type ParamValue = string | number | boolean | null;

type ParamShape =
  | { readonly kind: "integer" | "number"; readonly min: number; readonly max: number }
  | { readonly kind: "seed" }
  | { readonly kind: "boolean" }
  | { readonly kind: "text"; readonly maxLength: number; readonly multiline: boolean }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  /** The name of a model pack. Shapes types, so it cannot be linked. */
  | { readonly kind: "pack" }
  /**
   * A user's file: a path on the command line, a content hash on the server. Fingerprinted by content. Not linkable. With `paint`
   * it is a black picture with something white on it, such as a mask, that an editor lets people paint. With `folder` it is a folder
   * of files, fingerprinted by their names and contents. With `array` it is an array of numbers as NumPy saves it (.npy); otherwise a
   * picture.
   */
  | { readonly kind: "file"; readonly paint?: true; readonly folder?: true; readonly array?: true };

type Range<V> = { default: V; min: number; max: number };

/** The largest seed: noise is keyed by an unsigned 32-bit number. */
export const maxSeed = 2 ** 32 - 1;

/** The parameter kinds. A default of `null` means "the pack's own default", decided in `run`. */
export const p = {
  integer: <V extends number | null>(
    summary: string,
    range: Range<V>,
  ): Param<V extends null ? number | null : number> => ({ kind: "integer", summary, ...range }) as never,
  number: <V extends number | null>(summary: string, range: Range<V>): Param<V extends null ? number | null : number> =>
    ({ kind: "number", summary, ...range }) as never,
  seed: (summary = "Decides the noise: the same seed gives the same result."): Param<number> => ({
    kind: "seed",
    summary,
    default: 0,
  }),
  boolean: (summary: string, value: boolean): Param<boolean> => ({ kind: "boolean", summary, default: value }),
  text: (
    summary: string,
    options: { default?: string; maxLength?: number; multiline?: boolean } = {},
  ): Param<string> => ({
    kind: "text",
    summary,
    default: options.default ?? "",
    maxLength: options.maxLength ?? 100_000,
    multiline: options.multiline ?? false,
  }),
  choice: <const C extends readonly string[]>(summary: string, choices: C, value: C[number]): Param<C[number]> => ({
    kind: "choice",
    summary,
    choices,
    default: value,
  }),
  pack: (): Param<string> => ({
    kind: "pack",
    summary: "The model pack that this node uses.",
    default: "toybox",
  }),
  file: (
    summary: string,
    { paint = false, folder = false, array = false }: { paint?: boolean; folder?: boolean; array?: boolean } = {},
  ): Param<string> => ({
    kind: "file",
    summary,
    default: "",
    ...(paint ? { paint } : {}),
    ...(folder ? { folder } : {}),
    ...(array ? { array } : {}),
  }),
} as const;

/** A parameter that a type was given without a new version: at its default the node does what it did without it. */
export function addedLater<V extends ParamValue>(param: Param<V>): Param<V> {
  return { ...param, addedLater: true };
}

/** The type of the socket that a parameter becomes when a link feeds it, or undefined if it cannot be linked. */
export function paramSocketType(param: Param): SocketType | undefined {
  switch (param.kind) {
    case "integer":
    case "seed":
      return { kind: "integer" };
    case "number":
      return { kind: "number" };
    case "boolean":
      return { kind: "boolean" };
    case "text":
    case "choice":
      return { kind: "text" };
    default:
      return undefined;
  }
}
