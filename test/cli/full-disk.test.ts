import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { clipwork, folderWith, hierarchy, listing } from "./clipwork.fixture.ts";

test("on a full disk a run fails with the reason, leaves no part of a file, and works when there is room", async (context) => {
  const folder = folderWith(context, hierarchy());
  const run = (out: string, maxFile?: number, ...more: string[]) =>
    clipwork(["run", "workflow.json", "--out", out, "--data", "data", ...more], {
      cwd: folder,
      ...(maxFile === undefined ? {} : { maxFile }),
    });

  // What the models did meanwhile is reported before the end.
  const events = (finished: Awaited<ReturnType<typeof run>>) =>
    finished.events().filter(({ event }) => event !== "run.work");

  // The last picture takes 48 KiB as it is kept, and no other value so much.
  const full = await run("out", 40, "--json");
  const { event, node, message, remedy } = events(full).at(-2)!;
  assert.deepEqual([full.code, full.last().status, event, node], [1, "failed", "node.failed", "save"]);
  assert.match(message, /^The result could not be kept: EFBIG/);
  assert.match(remedy, /Free space/);
  const freed = await run("out", undefined, "--json");
  assert.deepEqual([freed.code, freed.last().executed], [0, 1], "all but the last value was kept");

  // Now all is kept, and the file of the picture does not fit.
  const unwritten = await run("elsewhere", 4);
  assert.equal(unwritten.code, 1);
  const where = join(folder, "elsewhere").replaceAll("\\", "/");
  assert.match(
    unwritten.stderr,
    new RegExp(`error: save: picture\\.png could not be written to ${where}: EFBIG\\.\n  → Make room`),
  );
  assert.match(unwritten.stderr, /failed: 0 nodes run, 1 cached/);
  const told = events(await run("elsewhere", 4, "--json")).slice(-2);
  assert.deepEqual(
    [told[0]!.event, told[0]!.node, told[1]!.status, told[1]!.outputs],
    ["node.failed", "save", "failed", []],
  );
  assert.deepEqual(listing(join(folder, "elsewhere")), []);
  assert.deepEqual(
    listing(folder).filter((name) => name.endsWith(".tmp")),
    [],
  );
  assert.equal((await run("elsewhere")).code, 0);
});
