import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { importPack } from "./import-pack.ts";

const fixtures = join(import.meta.dirname, "..", "..", "..", "test", "fixtures");

test("a network of few timesteps is tried at one that it has", async (context) => {
  const common = {
    dataFolder: temporaryFolder(context),
    placing: "link",
    run: true,
    templates: join(fixtures, "templates"),
    tell: () => {},
    signal: new AbortController().signal,
  } as const;
  const from = (folder: string) => join(fixtures, "checkpoints", folder);
  await importPack({ ...common, from: from("small-clip"), name: "clip" });
  const { tried } = await importPack({ ...common, from: from("small-dalle2-prior"), name: "prior", like: "clip" });
  assert.deepEqual(
    tried.map(({ stage }) => stage),
    ["prior"],
  );
});
