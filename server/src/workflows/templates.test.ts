import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { catalogueJson } from "@clipwork/engine";
import { catalogue } from "@clipwork/nodes";
import { type MemoryArtifacts, memoryArtifacts } from "../artifacts/memory-artifacts.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { Templates, templatesOwner } from "./templates.ts";

const node = (type: string, params: object = {}) => ({ type, version: 1, params });
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A folder with one workflow, which names a file beside it, and a store. */
function shipped(context: TestContext, bytes: string) {
  const folder = temporaryFolder(context);
  const set = node("latent.import", { pack: "toybox", file: "reference/set.npy" });
  const note = node("text.prompt", { text: "reference/set.npy" });
  const meta = { title: "Set", group: "Measure", description: "A set. And more." };
  writeFileSync(
    join(folder, "one.json"),
    JSON.stringify({ format: "clipwork/1", meta, nodes: { set, note, open: node("latent.import") } }),
  );
  mkdirSync(join(folder, "reference"));
  writeFileSync(join(folder, "reference", "set.npy"), bytes);
  const kept: MemoryArtifacts = { bytes: new Map(), owners: new Map() };
  const artifacts = memoryArtifacts((error) => assert.fail(String(error)), kept);
  const open = async () => {
    const templates = new Templates(folder, catalogueJson(catalogue), artifacts);
    await templates.open();
    return templates.list();
  };
  return { folder, kept, artifacts, open };
}

test("a file beside a workflow is stored and named by its hash; nothing else is changed", async (context) => {
  const { open, kept } = shipped(context, "numbers");
  const [one, ...others] = await open();
  assert.deepEqual(others, []);
  const { id, title, group, summary, document } = one!;
  assert.deepEqual([id, title, group, summary], ["one", "Set", "Measure", "A set. And more."]);
  const hash = sha256("numbers");
  assert.deepEqual(document.nodes.set!.params, { pack: "toybox", file: `asset:${hash}` });
  assert.deepEqual(document.nodes.note!.params, { text: "reference/set.npy" }, "a text is no file");
  assert.deepEqual(document.nodes.open!.params, {}, "no file is named");
  assert.equal(String(Buffer.from(kept.bytes.get(hash)!)), "numbers");
  assert.deepEqual([...kept.owners.get(templatesOwner)!], [hash]);
});

test("a server of another version keeps its own files in place of those before", async (context) => {
  const { folder, open, kept, artifacts } = shipped(context, "numbers");
  await open();
  writeFileSync(join(folder, "reference", "set.npy"), "others");
  await open();
  await artifacts.settled();
  assert.deepEqual([...kept.bytes.keys()], [sha256("others")]);
  await open();
  await artifacts.settled();
  assert.deepEqual([...kept.bytes.keys()], [sha256("others")], "the same again stays");
});

test("whoever asks for them early waits; a file that is missing refuses both", async (context) => {
  const { folder, artifacts } = shipped(context, "numbers");
  const templates = new Templates(folder, catalogueJson(catalogue), artifacts);
  const early = templates.list();
  await templates.open();
  assert.equal((await early).length, 1);
  const broken = join(folder, "broken.json");
  const nodes = { set: node("latent.import", { file: "none.npy" }) };
  writeFileSync(broken, JSON.stringify({ format: "clipwork/1", nodes }));
  const refused = new Templates(folder, catalogueJson(catalogue), artifacts);
  await assert.rejects(refused.open(), /none\.npy/);
  await assert.rejects(refused.list(), /none\.npy/);
});
