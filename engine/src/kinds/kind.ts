import { utf8 } from "../values/utf8.ts";
import type { Value } from "../values/value.ts";
import type { Published, View, ViewContext } from "./view.ts";
import { writeJson } from "./write-json.ts";

/**
 * A kind of value: all that anybody has to know about it. Sockets carry the kind that they were declared with, so nobody guesses
 * one from the fields of a value.
 */
export type Kind<V extends Value = Value> = {
  /** The stable name, in small letters, digits and "-". Types of one kind fit; no other kind is ever converted to it. */
  readonly kind: string;
  /** What messages call it: the name with spaces. */
  readonly noun: string;
  /** The hue of its sockets and links, in degrees of OKLCH from 0 to 360; absent for one that is drawn grey. */
  readonly hue?: number;
  /** The place that a node's card in an editor keeps for its view; absent for a kind that has none there. */
  readonly card?: "square" | "strip";
  /** What is wrong with a value, as what follows "it": "is not text". Undefined for a value of this kind. */
  readonly check: (value: unknown) => string | undefined;
  /** What a value looks like. */
  view(value: V, context: ViewContext): View | Promise<View>;
  /** The files that an output writes of a value, the one that people open first. At least one. */
  publish(value: V): readonly Published[] | Promise<readonly Published[]>;
};

/** What is said of a kind where it is declared. Without `view` its values are shown as data, without `publish` written as JSON. */
export type KindDeclaration<V extends Value> = Omit<Kind<V>, "noun" | "view" | "publish"> &
  Partial<Pick<Kind<V>, "view" | "publish">>;

const kindPattern = /^[a-z][a-z0-9-]{0,63}$/;

/** Declares a kind of value. Throws on a name that is none: that is a bug of its author. */
export function defineKind<V extends Value>(declaration: KindDeclaration<V>): Kind<V> {
  const { kind } = declaration;
  if (!kindPattern.test(kind)) throw new Error(`"${kind}" cannot be a kind: use small letters, digits and "-".`);
  return {
    view: (data) => ({ kind: "data", data }),
    publish: (value) => [{ ending: ".json", media: "application/json", bytes: writeJson(value) }],
    ...declaration,
    noun: kind.replaceAll("-", " "),
  };
}

export const text = defineKind<string>({
  kind: "text",
  hue: 80,
  check: (value) => (typeof value === "string" ? undefined : "is not text"),
  view: (text) => ({ kind: "text", text }),
  publish: (text) => [{ ending: ".txt", media: "text/plain; charset=utf-8", bytes: utf8(text) }],
});

export const number = defineKind<number>({
  kind: "number",
  hue: 226,
  check: (value) => (Number.isFinite(value) ? undefined : "is not a finite number"),
});

/** A whole number; it fits where a number is asked for. */
export const integer = defineKind<number>({
  kind: "integer",
  hue: 226,
  check: (value) => (Number.isSafeInteger(value) ? undefined : "is not a whole number"),
});

export const boolean = defineKind<boolean>({
  kind: "boolean",
  hue: 304,
  check: (value) => (typeof value === "boolean" ? undefined : "is neither true nor false"),
});

/** Whatever is linked: sockets of one node that share the variable's name share one type. */
export const variable = defineKind<Value>({
  kind: "variable",
  check: (value) => (value === undefined ? "is missing" : undefined),
});
