import { hash } from "node:crypto";
import { whatCounts } from "../stages/beside.ts";
import { roleNamed } from "../stages/roles.ts";
import type { Pack } from "./pack.ts";

/**
 * A sha256 in hex for each stage of the pack: of its ONNX file, its external data, its section of the manifest, and
 * whatever else its role says changes its numbers. Equal digests mean equal outputs for equal inputs on one machine; file
 * names, names of other parts of the manifest and of presets, titles and the vocabulary do not count.
 */
export function stageDigests({ manifest }: Pick<Pack, "manifest">): Readonly<Record<string, string>> {
  const entries = Object.entries(manifest.stages).map(([name, stage]) => {
    const beside = roleNamed(stage.role).countsBeside?.(stage, manifest, name) ?? null;
    return [name, digest([whatCounts(stage), beside])] as const;
  });
  return Object.fromEntries(entries);
}

/** A sha256 in hex for each of the pack's arrays: of the file's bytes. */
export function arrayDigests({ manifest }: Pick<Pack, "manifest">): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(manifest.arrays).map(([name, { sha256 }]) => [name, sha256]));
}

/** All that decides a pack's numbers: the digests of its stages, and of its arrays as `arrays/NAME`. */
export function packDigests(pack: Pick<Pack, "manifest">): Readonly<Record<string, string>> {
  const arrays = Object.entries(arrayDigests(pack)).map(([name, sha256]) => [`arrays/${name}`, sha256] as const);
  return { ...stageDigests(pack), ...Object.fromEntries(arrays) };
}

function digest(value: unknown): string {
  return hash("sha256", canonical(value));
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
