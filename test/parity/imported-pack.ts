import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { deviceQueue, FileHashes, loadPack, type Pack } from "@clipwork/models";
import { importFolder } from "@clipwork/models/checkpoint";
import { createOnnxRunner } from "@clipwork/models/onnx";
import { catalogue } from "@clipwork/nodes";
import { nodeRunner } from "./node-run.ts";

export const fixtures = join(import.meta.dirname, "..", "fixtures");

/** A folder that is gone after the tests of this file. */
export function scratch(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `clipwork-${name}-`));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const packs = scratch("imported");

/** A published folder as an imported pack, and what runs its nodes; the small networks' templates are taken. */
export async function importPack(name: string, from: string, like?: Pack) {
  const { folder } = await importFolder({
    ...{ name, packs, from, templates: join(fixtures, "templates") },
    ...{ placing: "copy", hashes: new FileHashes(), like },
  });
  const pack = await loadPack(folder);
  const runner = deviceQueue(createOnnxRunner({ packs: new Map([[name, pack]]), threads: 1 }));
  after(() => runner.close());
  return { pack, runner, runNode: nodeRunner({ catalogue, pack, runner }) };
}
