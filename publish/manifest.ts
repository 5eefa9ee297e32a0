import type { Published } from "./packages.ts";

/** What a package of the workspace says of itself in its package.json. */
export type Manifest = {
  readonly version: string;
  readonly license: string;
  readonly exports: { readonly [door: string]: string };
  readonly bin?: { readonly [command: string]: string };
  readonly dependencies?: { readonly [name: string]: string };
};

/** The oldest Node that the published packages are tried on: it has module hooks, SQLite without a flag, and globs without a warning. */
export const oldestNode = "22.17.0";

/** Doors for the project's own tests, which are not published. */
const forTests = ["./testing"];

/**
 * The package.json that is published: doors lead to compiled JavaScript with its types, and packages of the workspace are asked for in
 * exactly this version.
 */
export function publishedManifest(one: Published, { version, license, exports, bin, dependencies = {} }: Manifest) {
  const at = one.within === "" ? "./" : `./${one.within}/`;
  const placed = (file: string) => `${at}${compiledPath(file.replace(/^\.\//, ""))}`;
  const doors = Object.entries(exports).filter(([door]) => !forTests.includes(door));
  const asked = Object.entries(dependencies).map(([name, range]) => [
    name,
    range.startsWith("workspace:") ? version : range,
  ]);
  const top = (file: string) => placed(file).replace(/^\.\//, "");
  return {
    name: one.name,
    version,
    description: one.description,
    keywords: ["unclip", "dall-e-2", "clip", "diffusion", "workflow", "node-graph", "onnx"],
    license,
    type: "module",
    engines: { node: `>=${oldestNode}` },
    exports: Object.fromEntries([
      ...doors.map(([door, file]) => [door, doorOf(placed(file))]),
      ["./package.json", "./package.json"],
    ]) as { readonly [door: string]: ReturnType<typeof doorOf> },
    ...(bin && { bin: Object.fromEntries(Object.entries(bin).map(([command, file]) => [command, top(file)])) }),
    files: [...new Set([`${one.within}/dist`, ...one.assets.map(top), ...one.beside.map(base)].map(trimmed))],
    dependencies: Object.fromEntries(asked),
    ...(one.bundled && { bundleDependencies: Object.keys(one.bundled) }),
  };
}

/** A source's place once it is compiled: "src/a/b.ts" is "dist/a/b.js". */
export function compiledPath(file: string): string {
  return file.replace(/^src\//, "dist/").replace(/\.ts$/, ".js");
}

function doorOf(file: string): string | { readonly types: string; readonly default: string } {
  return file.endsWith(".js") ? { types: file.replace(/\.js$/, ".d.ts"), default: file } : file;
}

/** The folder of a glob, or the file. */
const base = (glob: string) => glob.replace(/\/\*\*$/, "");

const trimmed = (path: string) => path.replace(/^\//, "");
