import { PackError } from "./pack-error.ts";

/** Readers of one field of `manifest.json`: each returns the checked value or throws a PackError that names the field. */

const remedy = "Correct manifest.json, or export the pack again.";

function show(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Throws: `field` holds `value`, but must be `needs`. */
export function refuse(field: string, value: unknown, needs: string): never {
  throw new PackError(`manifest.json: ${field} is ${show(value)}, but must be ${needs}.`, remedy);
}

export function readObject(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(field, value, "an object");
  return value as Record<string, unknown>;
}

export function readList(value: unknown, field: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) refuse(field, value, "a list");
  if (value.length > most) refuse(field, `a list of ${value.length}`, `a list of at most ${most}`);
  return value;
}

export function readText(value: unknown, field: string, most = 200): string {
  if (typeof value !== "string" || value.length === 0 || value.length > most)
    refuse(field, value, `text of 1 to ${most} characters`);
  return value;
}

export function readMatch(value: unknown, field: string, pattern: RegExp, needs: string): string {
  if (typeof value !== "string" || !pattern.test(value)) refuse(field, value, needs);
  return value;
}

export function readOneOf<T extends string>(value: unknown, field: string, choices: readonly T[]): T {
  if (!choices.includes(value as T)) refuse(field, value, choices.map((choice) => JSON.stringify(choice)).join(" or "));
  return value as T;
}

export function readNumber(value: unknown, field: string, least: number, most: number): number {
  if (typeof value !== "number" || !(value >= least && value <= most))
    refuse(field, value, `a number from ${least} to ${most}`);
  return value;
}

export function readInteger(value: unknown, field: string, least: number, most: number): number {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
    refuse(field, value, `a whole number from ${least} to ${most}`);
  return value as number;
}

/** Numbers, exactly `length` of them, each within the limits. */
export function readVector(value: unknown, field: string, length: number, least: number, most: number): number[] {
  if (!Array.isArray(value)) refuse(field, value, `a list of ${length} numbers`);
  if (value.length !== length) refuse(field, `a list of ${value.length}`, `a list of ${length} numbers`);
  return value.map((item, index) => readNumber(item, `${field}[${index}]`, least, most));
}

/** Reads the value of one field, which is named in full. */
export type Reader<T> = (value: unknown, field: string) => T;

/** The reader of a field that may be missing. */
export type OptionalReader<T> = Reader<T> & { readonly optional: true };

type OptionalKeys<R> = { [K in keyof R]: R[K] extends OptionalReader<unknown> ? K : never }[keyof R];
type ResultOf<R> = R extends Reader<infer T> ? T : never;

/** What `readFields` returns for its readers. */
export type FieldsOf<R> = { readonly [K in Exclude<keyof R, OptionalKeys<R>>]: ResultOf<R[K]> } & {
  readonly [K in OptionalKeys<R>]?: ResultOf<R[K]>;
};

/** A reader that is skipped if the field is missing. */
export function optional<T>(reader: Reader<T>): OptionalReader<T> {
  return Object.assign((value: unknown, field: string) => reader(value, field), { optional: true as const });
}

/** The reader of a field that holds one of several names. */
export const oneOf =
  <const T extends string>(...choices: readonly T[]): Reader<T> =>
  (value, field) =>
    readOneOf<T>(value, field, choices);

/** The reader of a field that has been read already. */
export const known =
  <const T>(value: T): Reader<T> =>
  () =>
    value;

/** An object with exactly these fields, each read by its reader. Refuses any other field, by name. */
export function readFields<R extends { readonly [name: string]: Reader<unknown> }>(
  value: unknown,
  field: string,
  readers: R,
): FieldsOf<R> {
  const object = readObject(value, field);
  refuseUnknown(object, field, Object.keys(readers));
  const entries = Object.entries(readers).flatMap(([name, reader]) =>
    "optional" in reader && !Object.hasOwn(object, name) ? [] : [[name, reader(object[name], `${field}.${name}`)]],
  );
  return Object.fromEntries(entries);
}

/** Throws if the object has a field that is not known there. */
export function refuseUnknown(object: object, field: string, names: readonly string[]): void {
  const unknown = Object.keys(object).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const message = `manifest.json: ${field} has the field ${show(unknown)}, which means nothing there; its fields are ${names.join(", ")}.`;
  throw new PackError(message, `Remove the field or correct its name. ${remedy}`);
}

/** An object whose keys are names chosen by its author, each value read by one reader. */
export function readMap<T>(
  value: unknown,
  field: string,
  reader: (value: unknown, field: string, key: string) => T,
): { readonly [key: string]: T } {
  const entries = Object.entries(readObject(value, field)).map(([key, item]) => {
    readText(key, `a name in ${field}`);
    return [key, reader(item, `${field}.${key}`, key)] as const;
  });
  return Object.fromEntries(entries);
}

/** One of the names that another part of the manifest, `where`, holds. */
export function readReference(value: unknown, field: string, where: string, names: object): string {
  if (typeof value === "string" && Object.hasOwn(names, value)) return value;
  const all = Object.keys(names).join(", ");
  refuse(field, value, all === "" ? `a name in ${where}, which has none` : `a name in ${where}: ${all}`);
}
