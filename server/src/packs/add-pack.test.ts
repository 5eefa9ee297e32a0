import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clientOf, startHub } from "../hub/hub.fixture.ts";
import { downloadsFolder } from "../hub/staging.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { type AddRequest, addPack } from "./add-pack.ts";
import { importPack } from "./import-pack.ts";

const fixtures = join(import.meta.dirname, "..", "..", "..", "test", "fixtures");

test("a name that a pack has which came with Clipwork is refused, of a folder as of a repository", async (context) => {
  const hub = await startHub(context);
  const common = { name: "toybox", dataFolder: temporaryFolder(context), templates: join(fixtures, "templates") };
  const rest = { run: false, tell: () => {}, signal: new AbortController().signal };
  const refusal = {
    name: "PackError",
    message: /^There is a pack "toybox" already, in .*packs.toybox\.$/,
    remedy: "Choose another name with --name.",
  };
  const from = join(fixtures, "checkpoints", "small-karlo");
  await assert.rejects(importPack({ ...common, ...rest, from, placing: "copy" }), refusal);
  await assert.rejects(addPack(clientOf(hub), { ...common, ...rest, ...ask, source: "someone/small-karlo" }), refusal);
  assert.deepEqual(hub.asked, []);
});

test("a name that Windows takes for a device is none for a pack", async (context) => {
  const common = { dataFolder: temporaryFolder(context), run: false, tell: () => {} };
  const adding = importPack({
    ...common,
    name: "nul",
    from: ".",
    placing: "copy",
    signal: new AbortController().signal,
  });
  await assert.rejects(adding, { name: "PackError", remedy: /no device of Windows/ });
});

const ask: Pick<AddRequest, "accepts" | "onProgress" | "weights"> = {
  accepts: async () => true,
  onProgress: () => {},
  weights: "published",
};

test("a pack of 8-bit weights has files of its own, and nothing of the download stays", async (context) => {
  const hub = await startHub(context);
  const dataFolder = temporaryFolder(context);
  const { folder, notes } = await addPack(clientOf(hub), {
    ...{ source: "someone/small-karlo", dataFolder, templates: join(fixtures, "templates"), run: true },
    ...{ tell: () => {}, signal: new AbortController().signal, ...ask, weights: "int8" },
  });
  const files = readdirSync(folder).filter((name) => name.endsWith(".safetensors"));
  assert.ok(files.length > 0);
  for (const name of files) assert.match(name, /\.int8\.safetensors$/);
  assert.match(notes.join("\n"), /8-bit weights/);
  assert.deepEqual(readdirSync(downloadsFolder(dataFolder)), []);
});

test("the pack that a repository is for is looked for before anything is downloaded", async (context) => {
  const hub = await startHub(context);
  const adding = addPack(clientOf(hub), {
    ...{ source: "someone/small-karlo", dataFolder: temporaryFolder(context), like: "nowhere", run: false },
    ...{ templates: join(fixtures, "templates"), tell: () => {}, signal: new AbortController().signal },
    ...ask,
  });
  await assert.rejects(adding, { name: "PackError", message: 'There is no pack "nowhere".' });
  assert.deepEqual(hub.asked, []);
});
