import { createHash } from "node:crypto";
import { readdir, readFile, realpath } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { createCatalogue, type NodeDefinition } from "@clipwork/engine";
import type { NodeServices } from "@clipwork/nodes";
import { linkOwnPackages } from "./link-own-packages.ts";

/** A third party's node types, as their code declares them. */
export type NodePack = {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** Each with the pack's `name@version sha256:…` as its origin. */
  readonly definitions: readonly NodeDefinition<NodeServices>[];
};

const maxFiles = 2000;
const maxBytes = 64 * 1024 * 1024;
/** Milliseconds: a module that hangs while it loads would block everything. */
const importLimit = 10_000;
/** The groups of Clipwork's own types, including planned ones. */
const ownGroups: readonly string[] = [
  ...["text", "clip", "prior", "decoder", "upsampler", "guidance", "latent", "embedding"],
  ...["probe", "image", "evaluate", "list", "logic", "output", "util"],
];

/**
 * Loads a node pack: a folder with a package.json and a module that exports `nodes`. Runs its code. Throws an Error with
 * the reason, in one line, if it cannot be used.
 */
export async function loadNodePack(place: string, limit = importLimit): Promise<NodePack> {
  const folder = await realpath(place).catch(() => {
    throw new Error("there is no such folder");
  });
  const { name, version, entry } = await readPackage(folder);
  const origin = `${name}@${version} sha256:${await digestFolder(folder)}`;
  const module = await importWithin(limit, pathToFileURL(entry).href);
  return { name, version, folder, definitions: readNodes(module, name).map((node) => ({ ...node, origin })) };
}

async function readPackage(folder: string): Promise<{ name: string; version: string; entry: string }> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => {
    throw new Error("it has no package.json that can be read");
  });
  const { name, version, exports, main = "index.js" } = readJson(text) ?? {};
  if (typeof name !== "string" || typeof version !== "string")
    throw new Error("its package.json has no name and version");
  const root = exports?.["."] ?? exports;
  const entry = root?.import ?? root?.default ?? root ?? main;
  if (typeof entry !== "string") throw new Error("its package.json names no module");
  const path = resolve(folder, entry);
  if (isOutside(relative(folder, path))) throw new Error(`its module ${entry} is not in its folder`);
  return { name, version, entry: path };
}

// biome-ignore lint/suspicious/noExplicitAny: every field that is used is checked
function readJson(text: string): any {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`its package.json is not JSON: ${(error as Error).message}`);
  }
}

const isOutside = (path: string) => path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path);

/**
 * SHA-256 of all files of the pack by path, in the order of their names. Installed packages (`node_modules`) and names that
 * begin with a dot are left out; a lockfile in its folder counts.
 */
async function digestFolder(folder: string): Promise<string> {
  const files: string[] = [];
  const open = [""];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const entry of await readdir(join(folder, at), { withFileTypes: true })) {
      const path = at === "" ? entry.name : `${at}/${entry.name}`;
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile()) files.push(path);
      else throw new Error(`${path} is neither a file nor a folder, so its content cannot be told`);
      if (files.length > maxFiles) throw new Error(`it has more than ${maxFiles} files`);
    }
  }
  const hash = createHash("sha256");
  let total = 0;
  for (const path of files.sort()) {
    const bytes = await readFile(join(folder, path));
    total += bytes.length;
    if (total > maxBytes) throw new Error(`its files have more than ${maxBytes / 1024 / 1024} MB`);
    hash.update(JSON.stringify([path, bytes.length])).update(bytes);
  }
  return hash.digest("hex");
}

async function importWithin(limit: number, url: string): Promise<{ readonly nodes?: unknown }> {
  linkOwnPackages();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not load within ${limit / 1000} s`)), limit);
  });
  try {
    return await Promise.race([import(url), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The node types that the module exports, checked as far as declarations can be. */
function readNodes({ nodes }: { readonly nodes?: unknown }, pack: string): readonly NodeDefinition<NodeServices>[] {
  if (!Array.isArray(nodes) || nodes.length === 0) throw new Error('its module exports no list "nodes"');
  const wrong = nodes.findIndex((node) => !isDefinition(node));
  if (wrong >= 0) throw new Error(`nodes[${wrong}] was not made by defineNode`);
  // A pack that was written for 0.1 knows no optional stages.
  const definitions = nodes.map((node: NodeDefinition<NodeServices>) => ({
    ...node,
    optionalStages: node.optionalStages ?? [],
    arrays: node.arrays ?? [],
    optionalArrays: node.optionalArrays ?? [],
  }));
  const group = groupOf(pack);
  if (isOwnGroup(group)) throw new Error(`its types would be called "${group}.…", as Clipwork's own are`);
  for (const { type, run } of definitions) {
    if (!type.startsWith(`${group}.`)) throw new Error(`its type "${type}" is not called "${group}.…", after the pack`);
    if (!run) throw new Error(`its type "${type}" has no run; outputs are Clipwork's own`);
  }
  createCatalogue(definitions);
  return definitions;
}

function isDefinition(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  const { type, title, summary, inputs, outputs, params, stages, migrations, run, ...more } = node as {
    [field: string]: unknown;
  };
  const { optionalStages = [], arrays = [], optionalArrays = [] } = more;
  return (
    [type, title, summary].every((text) => typeof text === "string") &&
    [inputs, outputs, params].every((part) => typeof part === "object" && part !== null) &&
    [stages, optionalStages, arrays, optionalArrays, migrations].every(Array.isArray) &&
    (run === undefined || typeof run === "function")
  );
}

/** Whether Clipwork's own types are called so, as packs' must not be. */
export const isOwnGroup = (group: string): boolean => ownGroups.includes(group);

/** The group of a pack's types: its name without scope and without "clipwork-nodes-". */
function groupOf(pack: string): string {
  return pack.replace(/^@[^/]*\//, "").replace(/^clipwork-nodes-/, "");
}
