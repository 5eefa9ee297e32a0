/** A copy of JSON with one field replaced, or removed if the value is undefined; `path` is its name with slashes. */
export function changedAt(json: unknown, path: string, value: unknown): unknown {
  const root = structuredClone(json) as Record<string, unknown>;
  const keys = path.split("/");
  const last = keys.pop()!;
  let at = root;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  at[last] = value;
  return JSON.parse(JSON.stringify(root));
}
