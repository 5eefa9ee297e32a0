import { hash } from "node:crypto";
import { cpSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fixturePacks, folderFor } from "../cli/clipwork.fixture.ts";

/** A copy of the random pack that may be replaced by another one, as an update does it, and that again by the first. */
export function packIn(context: Pick<TestContext, "after">) {
  const root = folderFor(context);
  const folder = join(root, "random-pack");
  cpSync(join(fixturePacks, "random-pack"), folder, { recursive: true });
  const at = (file: string) => join(folder, file);
  const read = (file: string) => readFileSync(at(file));
  // As an update does it: the new file takes the place of the old one.
  const replace = (file: string, bytes: Uint8Array | string) => {
    writeFileSync(`${at(file)}.new`, bytes);
    renameSync(`${at(file)}.new`, at(file));
  };
  const before = { model: read("decoder.onnx"), manifest: read("manifest.json") };
  // Some weights of the largest tensor take the values of others of its own, so that the model is sound and another one.
  const other = Buffer.from(before.model);
  const weights = 173_643;
  other.copyWithin(weights, weights + 8_000, weights + 16_000);
  return {
    root,
    update(): void {
      const manifest = JSON.parse(before.manifest.toString());
      manifest.stages.decoder.sha256 = hash("sha256", other);
      replace("decoder.onnx", other);
      replace("manifest.json", JSON.stringify(manifest));
    },
    restore(): void {
      replace("decoder.onnx", before.model);
      replace("manifest.json", before.manifest);
    },
  };
}
