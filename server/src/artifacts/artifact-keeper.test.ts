import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Database } from "../data-folder/database.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { artifactFiles } from "./artifact-files.ts";
import { ArtifactKeeper } from "./artifact-keeper.ts";

/** A keeper on a data folder, as a server that starts there has it. */
function start(context: TestContext, folder: string) {
  const files = artifactFiles(join(folder, "artifacts"));
  const database = new Database(folder);
  let open = true;
  const close = () => {
    if (open) database.close();
    open = false;
  };
  context.after(close);
  const keeper = new ArtifactKeeper(database, files, (error) => {
    throw error;
  });
  return {
    keeper,
    files,
    close,
    keep: (text: string) => files.put(Buffer.from(text)),
    isKept: (hash: string) => existsSync(files.place(hash)),
    /** What a server does when it starts and has nothing to run. */
    async sweepLeftovers() {
      await keeper.findLeftovers();
      await keeper.settled();
    },
  };
}

test("a picture stays as long as anything refers to it, and goes after that", async (context) => {
  const { keeper, keep, isKept } = start(context, temporaryFolder(context));
  const [shared, own] = [await keep("shared"), await keep("own")];
  keeper.refer("run a", [shared, own]);
  keeper.refer("workflow b", [shared]);
  assert.deepEqual(keeper.owners(), ["run a", "workflow b"]);
  keeper.release("run a");
  await keeper.settled();
  assert.deepEqual([isKept(shared), isKept(own)], [true, false]);
  keeper.release("workflow b");
  await keeper.settled();
  assert.equal(isKept(shared), false);
});

test("nothing goes while somebody holds, and what is referred to again meanwhile stays", async (context) => {
  const { keeper, keep, isKept } = start(context, temporaryFolder(context));
  const hashes = [await keep("a"), await keep("b")];
  keeper.refer("run a", hashes);
  const [free, other] = [await keeper.hold(), await keeper.hold()];
  keeper.release("run a");
  for (let i = 0; i < 2; i++) free();
  await keeper.settled();
  assert.deepEqual(hashes.map(isKept), [true, true], "the other one holds, however often the first lets go");
  keeper.refer("run b", [hashes[0]!]);
  other();
  await keeper.settled();
  assert.deepEqual(hashes.map(isKept), [true, false]);
});

test("who holds waits for the removal under way, so that nobody finds a picture that is about to go", async (context) => {
  const { keeper, keep, isKept } = start(context, temporaryFolder(context));
  const hash = await keep("a");
  keeper.refer("run a", [hash]);
  keeper.release("run a");
  const free = await keeper.hold();
  assert.equal(await keep("a"), hash);
  await keeper.settled();
  assert.equal(isKept(hash), true);
  free();
});

test("what a server that was killed left without a use goes with the next one, drafts included", async (context) => {
  const folder = temporaryFolder(context);
  const first = start(context, folder);
  const [used, unused] = [await first.keep("used"), await first.keep("unused")];
  first.keeper.refer("run a", [used]);
  const draft = `${first.files.place(unused)}.0123.tmp`;
  await writeFile(draft, "half");
  first.close();
  const second = start(context, folder);
  await second.sweepLeftovers();
  assert.deepEqual([second.isKept(used), second.isKept(unused), existsSync(draft)], [true, false, false]);
});

for (const what of ["is missing", "is empty"]) {
  test(`pictures of before stay, now and at later starts, when the database ${what}`, async (context) => {
    const folder = temporaryFolder(context);
    const first = start(context, folder);
    const hashes = [await first.keep("a"), await first.keep("b")];
    first.keeper.refer("run a", hashes);
    first.close();
    for (const end of ["", "-wal", "-shm"]) await rm(join(folder, `server.db${end}`), { force: true });
    if (what === "is empty") await writeFile(join(folder, "server.db"), "");
    for (let starts = 0; starts < 3; starts++) {
      const next = start(context, folder);
      await next.sweepLeftovers();
      assert.deepEqual(hashes.map(next.isKept), [true, true], `start ${starts + 1}`);
      // From now on the database knows of pictures, and of these as well.
      next.keeper.refer(`run ${starts}`, [await next.keep(`of start ${starts}`)]);
      const leftover = await next.keep(`left at start ${starts}`);
      next.close();
      const after = start(context, folder);
      await after.sweepLeftovers();
      assert.equal(after.isKept(leftover), false, "what is left without a use later goes as ever");
      after.close();
    }
  });
}
