import assert from "node:assert/strict";
import { hash } from "node:crypto";
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { PackError } from "../fields/pack-error.ts";
import { findPacks, loadPack } from "./load-pack.ts";
import { packSummary } from "./pack-summary.ts";

const fixture = join(import.meta.dirname, "../../../test/fixtures/random-pack");
const root = await mkdtemp(join(tmpdir(), "clipwork-packs-"));
const folder = join(root, "random-pack");
const at = (file: string) => join(folder, file);

beforeEach(async () => {
  await rm(root, { recursive: true });
  await cp(fixture, folder, { recursive: true });
});
after(() => rm(root, { recursive: true }));

const refused = (message: RegExp, remedy: RegExp) =>
  assert.rejects(loadPack(folder), (error) => {
    assert.ok(error instanceof PackError, String(error));
    assert.match(error.message, message);
    assert.match(error.remedy, remedy);
    return true;
  });

type Files = { sha256: string; externalData?: { file: string; sha256: string }[] };
type Json = {
  name: string;
  texts: { "random-clip": { tokenizer: { sha256: string; bos: string } } };
  stages: { prior: Files };
};

async function changeManifest(change: (manifest: Json) => void): Promise<void> {
  const manifest = JSON.parse(await readFile(at("manifest.json"), "utf8")) as Json;
  change(manifest);
  await writeFile(at("manifest.json"), JSON.stringify(manifest));
}

test("reads a pack whose files are those of the manifest", async () => {
  const pack = await loadPack(folder);
  assert.equal(pack.folder, folder);
  assert.equal(pack.manifest.texts["random-clip"]!.contextLength, 8);
  assert.equal(pack.tokenizers["random-clip"]!.encode("red").ids.length, 8);
});

test("reads a pack of format 1 as the pack that it is", async () => {
  const pack = await loadPack(folder);
  await cp(join(fixture, "..", "format-1", "random-pack.json"), at("manifest.json"));
  const old = await loadPack(folder);
  assert.deepEqual(old.manifest.stages, pack.manifest.stages);
  assert.deepEqual(
    old.tokenizers["random-clip"]!.encode("red cube"),
    pack.tokenizers["random-clip"]!.encode("red cube"),
  );
});

test("refuses a file that was changed, naming it", async () => {
  await appendFile(at("prior.onnx"), "x");
  await refused(
    /prior\.onnx in .* is not the file that the manifest describes/,
    /Download or export.*; if it was imported, .* import the files anew/,
  );
});

test("refuses a tokenizer that was changed, a missing file, and a missing folder", async () => {
  await appendFile(at("tokenizer.json"), " ");
  await refused(/tokenizer\.json/, /Download or export/);
  await rm(at("decoder.onnx"));
  await refused(/has no decoder\.onnx/, /Download or export/);
  await rm(folder, { recursive: true });
  await refused(/has no manifest\.json/, /Download or export/);
});

test("refuses a link, even to the right bytes", async () => {
  await rename(at("prior.onnx"), join(root, "elsewhere.onnx"));
  await symlink(join(root, "elsewhere.onnx"), at("prior.onnx"));
  await refused(/prior\.onnx .* links are not followed/, /copy/);
});

test("refuses a manifest that is no JSON, too large, or of another folder", async () => {
  await writeFile(at("manifest.json"), "{");
  await refused(/manifest\.json .* is not JSON/, /again/);
  await truncate(at("manifest.json"), 17 * 2 ** 20);
  await refused(/at most 16777216/, /again/);
  await cp(join(fixture, "manifest.json"), at("manifest.json"));
  await changeManifest((manifest) => {
    manifest.name = "other";
  });
  await refused(/folder "random-pack" is named "other"/, /Rename the folder/);
});

test("refuses a model that takes data from a file which the manifest does not list", async () => {
  const entry = Buffer.from([
    0x6a,
    15,
    0x0a,
    8,
    ..."location".split("").map((c) => c.charCodeAt(0)),
    0x12,
    3,
    46,
    46,
    47,
  ]);
  const model = Buffer.from([0x3a, entry.length + 2, 0x2a, entry.length, ...entry]);
  await writeFile(at("prior.onnx"), model);
  await changeManifest((manifest) => {
    manifest.stages.prior.sha256 = hash("sha256", model);
  });
  await refused(/prior\.onnx in .* takes data from "\.\.\/"/, /must lie in the pack's folder/);
});

test("checks external data as any other file", async () => {
  await writeFile(at("prior.onnx.data"), "weights");
  const sha256 = hash("sha256", "weights");
  await changeManifest((manifest) => {
    manifest.stages.prior.externalData = [{ file: "prior.onnx.data", sha256 }];
  });
  assert.ok(await loadPack(folder));
  await appendFile(at("prior.onnx.data"), "x");
  await refused(/prior\.onnx\.data in/, /Download or export/);
});

test("refuses a tokenizer that lacks a token of the manifest or is none", async () => {
  await changeManifest((manifest) => {
    manifest.texts["random-clip"].tokenizer.bos = "<none>";
  });
  await refused(/no token "<none>" \(tokenizer\.bos\)/, /Export/);
  await writeFile(at("tokenizer.json"), "{}");
  await changeManifest((manifest) => {
    manifest.texts["random-clip"].tokenizer.sha256 = hash("sha256", "{}");
  });
  await refused(/cannot be read as a tokenizer/, /Export/);
});

test("finds packs by the names of their folders; an earlier root goes first; missing roots are passed over", async () => {
  const second = join(root, "second");
  await mkdir(join(second, "empty"), { recursive: true });
  await cp(folder, join(second, "random-pack"), { recursive: true });
  await cp(folder, join(second, "another"), { recursive: true });
  const found = await findPacks([root, second, join(root, "missing")]);
  assert.deepEqual(
    [...found],
    [
      ["random-pack", folder],
      ["another", join(second, "another")],
    ],
  );
  assert.deepEqual([...(await findPacks([folder]))], [["random-pack", folder]]);
});

test("a summary lists title, version, licence and each stage with its bytes and defaults", async () => {
  await writeFile(at("clip-text.onnx.data"), "0123456789");
  const { manifest } = await loadPack(folder);
  const text = manifest.stages["clip-text"]!;
  const withData = { ...text, externalData: [{ file: "clip-text.onnx.data", sha256: "" }] };
  const summary = await packSummary({
    folder,
    manifest: { ...manifest, stages: { ...manifest.stages, "clip-text": withData } },
  });
  assert.equal(summary.title, "Random weights for tests");
  const { size } = await stat(at("clip-text.onnx"));
  assert.deepEqual(summary.stages[0], { stage: "clip-text", role: "text-encoder", bytes: size + 10 });
  const { defaults } = summary.stages.find(({ stage }) => stage === "prior")!;
  assert.deepEqual(defaults, { steps: 3, guidanceScale: 2 });
});
