import assert from "node:assert/strict";
import { utimesSync } from "node:fs";
import { test } from "node:test";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";
import { artifactFiles } from "../artifact-files.ts";
import { isKept } from "../kept.fixture.ts";
import { LocalCopies } from "./local-copies.ts";

const size = 1000;
const now = Date.UTC(2030, 0, 1);
const hours = (count: number) => count * 3_600_000;

test("[P17] of the copies on a disk those go that were used longest ago, until the rest fits; what the store has not, or was just used, stays", async (context) => {
  const folder = temporaryFolder(context);
  const files = artifactFiles(folder);
  const hashes: string[] = [];
  for (let i = 0; i < 8; i++) {
    const hash = await files.put(Buffer.alloc(size, i));
    hashes.push(hash);
    utimesSync(files.place(hash), new Date(), new Date(now - hours(20 - i)));
  }
  const [used, alone] = [hashes[0]!, hashes[1]!];
  let time = now;
  const copies = new LocalCopies({
    ...{ folder, budget: 5 * size, now: () => time },
    isShared: async (hash) => hash !== alone,
    onFault: assert.ifError,
  });
  copies.used(used);
  copies.grew(1);
  await copies.settled();
  const kept = async () =>
    (await Promise.all(hashes.map(async (hash, i) => ((await isKept(files, hash)) ? [i] : [])))).flat();
  // 8 of 5 may stay, and a little is made free beyond that.
  assert.deepEqual(await kept(), [0, 1, 6, 7]);
  copies.grew(1);
  await copies.settled();
  assert.deepEqual(await kept(), [0, 1, 6, 7], "what fits stays");
  for (const fill of [8, 9]) hashes.push(await files.put(Buffer.alloc(size, fill)));
  for (const hash of hashes.slice(8)) utimesSync(files.place(hash), new Date(), new Date(now));
  time += hours(3);
  copies.grew(2 * size);
  await copies.settled();
  assert.deepEqual(await kept(), [0, 1, 8, 9], "what was used long ago goes in its turn");
});
