import fc from "fast-check";
import { changedJson } from "./mutants.ts";

/** As much of JSON Schema as the descriptions of routes and tools use. */
export type Schema = {
  readonly [field: string]: unknown;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
};

/** What a schema lets through although it says nothing of it: ids that are known, and documents. */
export type Known = {
  /** Texts of that format or pattern that mean something to whoever is asked. */
  readonly texts: (like: RegExp) => readonly string[];
  /** Where a schema takes anything. */
  readonly anything: fc.Arbitrary<unknown>;
};

const uuid = /^[0-9a-f]{8}-/;
/** Longer texts than this are cut, so that many can be tried. */
const longest = 300;

/** Values that a schema allows, so that what is behind its check is reached. */
export function fromSchema(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const within = (one: Schema) => fromSchema(one, known);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(within));
  const { minimum = -1e15, maximum = 1e15 } = schema;
  switch (schema.type) {
    case "string":
      return textOf(schema, known);
    case "integer":
      return fc.oneof(
        fc.integer({ min: Math.max(minimum, -9), max: Math.min(maximum, 99) }),
        fc.constantFrom(minimum, maximum),
      );
    case "number":
      return fc.oneof(fc.double({ min: minimum, max: maximum, noNaN: true }), fc.integer({ min: 0, max: 9 }));
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(within(schema.items ?? {}), { maxLength: 4 });
    case "object":
      return objectOf(schema, within);
    default:
      return known.anything;
  }
}

function textOf({ pattern, format, minLength = 0, maxLength = longest }: Schema, known: Known): fc.Arbitrary<string> {
  const free = fc.string({ minLength, maxLength: Math.min(maxLength, longest), unit: "binary" });
  const like = format === "uuid" ? uuid : pattern === undefined ? undefined : new RegExp(pattern);
  if (!like) return format === "date-time" ? fc.date({ noInvalidDate: true }).map((one) => one.toISOString()) : free;
  // Asked for each time: what is known changes while it is tried.
  const right = fc.nat().map((n) => {
    const all = known.texts(like);
    return all[n % Math.max(1, all.length)] ?? "";
  });
  return format === "uuid" ? fc.oneof({ weight: 5, arbitrary: right }, fc.uuid()) : right;
}

function objectOf(schema: Schema, within: (one: Schema) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const fields = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, within(one)]));
  const stated = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  if (typeof additionalProperties !== "object") return stated;
  const more = fc.dictionary(fc.string({ maxLength: 20 }), within(additionalProperties), { maxKeys: 4 });
  return fc.tuple(stated, more).map(([some, others]) => ({ ...others, ...some }));
}

/** What a schema allows, what it nearly allows, and anything. */
export function aroundSchema(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const right = fromSchema(schema, known);
  return fc.oneof({ weight: 3, arbitrary: right }, { weight: 2, arbitrary: changedJson(right) }, fc.jsonValue());
}

/** The schema with what it refers to in the place of each reference. Schemas that are within themselves end as anything. */
export function resolved(schema: unknown, all: { readonly [name: string]: Schema }, depth = 0): Schema {
  if (depth > 12) return {};
  const name = (schema as { $ref?: string }).$ref?.split("/").at(-1);
  if (name !== undefined) return resolved(all[name] ?? {}, all, depth + 1);
  const one = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(one);
    return typeof value === "object" && value !== null ? resolved(value, all, depth + 1) : value;
  };
  return Object.fromEntries(Object.entries(schema as Schema).map(([field, value]) => [field, one(value)]));
}
