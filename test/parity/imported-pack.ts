import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { deviceQueue, FileHashes, loadPack, type ModelRunner, type Pack } from "@clipwork/models";
import { type EncodeImage, type ImportOptions, importFolder } from "@clipwork/models/checkpoint";
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
/** By the pack's name. */
const runners = new Map<string, ModelRunner>();

const encodeImage: EncodeImage = async (pack, stage, data, side) => {
  const { name } = pack.manifest;
  const feeds = { image: { shape: [1, 3, side, side], data } };
  const { embedding } = await runners.get(name)!.run({ pack: name, stage, feeds });
  return embedding!.data as Float32Array;
};

/** A published folder as an imported pack, and what runs its nodes; the small networks' templates are taken if no others are named. */
export async function importPack(
  name: string,
  from: string,
  options: Partial<Pick<ImportOptions, "like" | "templates" | "placing">> = {},
) {
  const { folder } = await importFolder({
    ...{ name, packs, from, templates: join(fixtures, "templates"), placing: "copy", hashes: new FileHashes() },
    ...{ encodeImage, ...options },
  });
  return runPack(await loadPack(folder));
}

/** What runs the nodes of a pack. */
export function runPack(pack: Pack) {
  const { name } = pack.manifest;
  const runner = deviceQueue(createOnnxRunner({ packs: new Map([[name, pack]]), threads: 1 }));
  after(() => runner.close());
  runners.set(name, runner);
  return { pack, runner, runNode: nodeRunner({ catalogue, pack, runner }) };
}
