import type { Value } from "../values/value.ts";

/**
 * A kind of value: all that anybody has to know about it. Sockets carry the kind that they were declared with, so nobody guesses
 * one from the fields of a value.
 */
export type Kind<V extends Value = Value> = {
  /** The stable name, in small letters, digits and "-". Types of one kind fit; no other kind is ever converted to it. */
  readonly kind: string;
  /** What messages call it: the name with spaces. */
  readonly noun: string;
  /** What is wrong with a value, as what follows "it": "is not text". Undefined for a value of this kind. */
  readonly check: (value: unknown) => string | undefined;
  /** Never present at run time: carries V for the type checker. */
  readonly phantom?: V;
};

/** What is said of a kind where it is declared. */
export type KindDeclaration = Pick<Kind, "kind" | "check">;

const kindPattern = /^[a-z][a-z0-9-]{0,63}$/;

/** Declares a kind of value. Throws on a name that is none: that is a bug of its author. */
export function defineKind<V extends Value>({ kind, ...declaration }: KindDeclaration): Kind<V> {
  if (!kindPattern.test(kind)) throw new Error(`"${kind}" cannot be a kind: use small letters, digits and "-".`);
  return { ...declaration, kind, noun: kind.replaceAll("-", " ") };
}

export const text = defineKind<string>({
  kind: "text",
  check: (value) => (typeof value === "string" ? undefined : "is not text"),
});

export const number = defineKind<number>({
  kind: "number",
  check: (value) => (Number.isFinite(value) ? undefined : "is not a finite number"),
});

/** A whole number; it fits where a number is asked for. */
export const integer = defineKind<number>({
  kind: "integer",
  check: (value) => (Number.isSafeInteger(value) ? undefined : "is not a whole number"),
});

export const boolean = defineKind<boolean>({
  kind: "boolean",
  check: (value) => (typeof value === "boolean" ? undefined : "is neither true nor false"),
});

/** Whatever is linked: sockets of one node that share the variable's name share one type. */
export const variable = defineKind<Value>({
  kind: "variable",
  check: (value) => (value === undefined ? "is missing" : undefined),
});
