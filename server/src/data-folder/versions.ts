import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Versions of everything that affects results, for a picture's provenance. */
export function versions(): { readonly [name: string]: string } {
  const { version } = require("../../package.json") as { version: string };
  return { clipwork: version, node: process.versions.node };
}
