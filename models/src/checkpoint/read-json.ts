import { readFile, stat } from "node:fs/promises";
import { isTooDeep, mostDepth } from "../fields/depth.ts";
import { PackError } from "../fields/pack-error.ts";

const limit = 64 * 2 ** 20;
const remedy = "Download the folder again.";

/** Python writes infinite numbers as no JSON has them; a string stays as it is. */
const stringOrInfinity = /"(?:[^"\\]|\\.)*"|Infinity/g;
const asNumber = (found: string) => (found === "Infinity" ? "1e999" : found);

/** The object in a JSON file of a checkpoint; undefined if there is no such file. Throws PackError if it is not one. */
export async function findJson(path: string): Promise<{ readonly [field: string]: unknown } | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  if (found.size > limit)
    throw new PackError(`${path} has ${found.size} bytes, and at most ${limit} are read.`, remedy);
  let json: unknown;
  try {
    json = JSON.parse((await readFile(path, "utf8")).replaceAll(stringOrInfinity, asNumber));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new PackError(`${path} is not JSON: ${error.message}.`, remedy);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new PackError(`${path} holds no object.`, remedy);
  if (isTooDeep(json))
    throw new PackError(`${path} has lists or objects nested deeper than ${mostDepth} levels.`, remedy);
  return json as { readonly [field: string]: unknown };
}

/** The same of a file that must be there. */
export async function readJson(path: string): Promise<{ readonly [field: string]: unknown }> {
  const json = await findJson(path);
  if (!json) throw new PackError(`${path} is missing.`, remedy);
  return json;
}

/** A number of a configuration that its network needs. */
export function numberOf(config: { readonly [field: string]: unknown }, field: string, where: string): number {
  const value = config[field];
  if (typeof value === "number") return value;
  throw new PackError(`${where} says ${field}: ${JSON.stringify(value)}, but must say a number.`, remedy);
}
