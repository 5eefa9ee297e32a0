import { defineKind, utf8, type Value } from "@clipwork/engine";

/** Data of any shape that JSON can hold: no tensors, finite numbers. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

const deepest = 64;

export const json = defineKind<JsonValue>({
  kind: "json",
  hue: 108,
  card: "strip",
  check: (value) => problemAt(value, "", 0),
  view: (data) => ({ kind: "data", data: data as Value }),
  publish: (value) => [
    {
      ending: ".json",
      media: "application/json",
      bytes: utf8(`${JSON.stringify(value, null, 2)}\n`),
    },
  ],
});

function problemAt(value: unknown, path: string, depth: number): string | undefined {
  const where = path === "" ? "" : ` at ${path}`;
  if (depth > deepest) return `is not JSON: it is nested deeper than ${deepest} levels`;
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `is not JSON: ${value}${where}`;
  if (typeof value !== "object" || ArrayBuffer.isView(value)) return `is not JSON: ${kindOf(value)}${where}`;
  for (const [key, part] of Object.entries(value)) {
    const problem = problemAt(part, `${path}/${key}`, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function kindOf(value: unknown): string {
  return ArrayBuffer.isView(value) ? value.constructor.name : typeof value;
}
