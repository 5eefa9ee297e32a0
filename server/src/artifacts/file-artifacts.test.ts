import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Database } from "../data-folder/database.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { artifactFiles } from "./artifact-files.ts";
import { artifactStoreContract } from "./artifact-store.contract.ts";
import { fileArtifacts } from "./file-artifacts.ts";

/** The artifacts of a data folder, as a server that starts there has them. */
function start(context: TestContext, data: string) {
  const folder = join(data, "artifacts");
  const database = new Database(data);
  const onFault = (error: unknown) => {
    throw error;
  };
  const store = fileArtifacts({ database, folder, onFault });
  let open = true;
  const end = async () => {
    if (!open) return;
    open = false;
    await store.close();
    database.close();
  };
  context.after(end);
  return { store, end, put: (text: string) => store.put(Buffer.from(text)), place: artifactFiles(folder).place };
}

artifactStoreContract("files", (context) => {
  const data = temporaryFolder(context);
  const first = start(context, data);
  return {
    store: first.store,
    async restart() {
      await first.end();
      return start(context, data).store;
    },
  };
});

/** What a server does when it starts and has nothing to run. */
async function removeLeftovers({ store }: ReturnType<typeof start>): Promise<void> {
  await store.removeLeftovers();
  await store.settled();
}

test("[P11] what a process was writing when it was killed goes with the next one", async (context) => {
  const data = temporaryFolder(context);
  const first = start(context, data);
  const used = await first.put("used");
  await first.store.refer("run a", [used]);
  const draft = `${first.place(used)}.0123.tmp`;
  await writeFile(draft, "half");
  await first.end();
  await removeLeftovers(start(context, data));
  assert.deepEqual([existsSync(first.place(used)), existsSync(draft)], [true, false]);
});

for (const what of ["is missing", "is empty"]) {
  test(`[P12] files of before stay, now and at later starts, when the database ${what}`, async (context) => {
    const data = temporaryFolder(context);
    const first = start(context, data);
    const hashes = [await first.put("a"), await first.put("b")];
    await first.store.refer("run a", hashes);
    await first.end();
    for (const end of ["", "-wal", "-shm"]) await rm(join(data, `server.db${end}`), { force: true });
    if (what === "is empty") await writeFile(join(data, "server.db"), "");
    for (let starts = 0; starts < 3; starts++) {
      const next = start(context, data);
      await removeLeftovers(next);
      assert.deepEqual(
        hashes.map((hash) => existsSync(next.place(hash))),
        [true, true],
        `start ${starts + 1}`,
      );
      // From now on the database knows of artifacts, and of these as well.
      await next.store.refer(`run ${starts}`, [await next.put(`of start ${starts}`)]);
      const leftover = await next.put(`left at start ${starts}`);
      await next.end();
      const after = start(context, data);
      await removeLeftovers(after);
      assert.equal(existsSync(after.place(leftover)), false, "what is left without a use later goes as ever");
      await after.end();
    }
  });
}
