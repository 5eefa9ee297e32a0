import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { findPacks } from "@clipwork/models";
import { withKarlo } from "../cli/models/small-karlo.fixture.ts";
import { importPack } from "./import-pack.ts";

const templates = join(import.meta.dirname, "..", "..", "..", "test", "fixtures", "templates");

/** Removes a pack in a process that is killed before the first of its files goes. */
const killed = (folder: string) => `
  import fs from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  fs.promises.rm = () => { process.kill(process.pid, "SIGKILL"); return new Promise(() => {}); };
  syncBuiltinESMExports();
  const { removePack } = await import(${JSON.stringify(new URL("remove-pack.ts", import.meta.url).href)});
  await removePack(${JSON.stringify(folder)});
`;

test("what an interrupted removal leaves is no pack, and goes with the next import; that of a living process stays", async (context) => {
  const { data, from, karlo, left } = await withKarlo(context);
  const script = ["--input-type=module", "--eval", killed(karlo)];
  const { status, stderr } = spawnSync(process.execPath, script, { encoding: "utf8" });
  assert.notEqual(status, 0, "it was killed");
  assert.equal(left().length, 1, stderr);
  const [remains] = left();
  const packs = dirname(karlo);
  assert.ok(existsSync(join(packs, remains!, "manifest.json")));
  assert.deepEqual([(await findPacks([packs])).size, remains!.startsWith(".removed-")], [0, true], stderr);

  const again = (name: string) =>
    importPack({
      ...{ from, dataFolder: data, name, placing: "link", run: false, templates },
      ...{ tell: () => {}, signal: new AbortController().signal },
    });
  await again("karlo");
  assert.deepEqual(left(), ["karlo"]);
  const going = `.removed-${process.pid}-1`;
  renameSync(karlo, join(packs, going));
  await again("other");
  assert.deepEqual(left().sort(), [going, "other"]);
});
