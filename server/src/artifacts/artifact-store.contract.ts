import assert from "node:assert/strict";
import { hash as digest } from "node:crypto";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { isKept, keptBytes } from "./kept.fixture.ts";
import type { ArtifactStore } from "./port.ts";

/** An empty store, and the same store as the next process finds it after the process that had it ended. */
export type OpenArtifacts = { readonly store: ArtifactStore; restart(): Promise<ArtifactStore> };

const bytes = (text: string) => new TextEncoder().encode(text);
const put = (store: ArtifactStore, text: string) => store.put(bytes(text));
const kept = (store: ArtifactStore, hashes: readonly string[]) => Promise.all(hashes.map((one) => isKept(store, one)));

/** What every store of artifacts guarantees. */
export function artifactStoreContract(
  name: string,
  open: (context: TestContext) => OpenArtifacts | Promise<OpenArtifacts>,
): void {
  const rule = (title: string, work: (opened: OpenArtifacts, context: TestContext) => Promise<void>) =>
    test(`${name}: ${title}`, async (context) => work(await open(context), context));

  rule("[P1] bytes are kept under their SHA-256, once, and read whole or in parts", async ({ store }) => {
    const hash = await put(store, "0123456789");
    assert.equal(hash, digest("sha256", "0123456789"));
    assert.equal(await put(store, "0123456789"), hash);
    await using artifact = (await store.open(hash))!;
    assert.equal(artifact.size, 10);
    const read = async (first?: number, last?: number) => (await buffer(artifact.read(first, last))).toString();
    assert.deepEqual(
      [await read(), await read(3), await read(3, 5), await read(9, 9), await read(0, 99)],
      ["0123456789", "3456789", "345", "9", "0123456789"],
    );
  });

  rule("[P2] an empty artifact is one", async ({ store }) => {
    await using artifact = (await store.open(await put(store, "")))!;
    assert.deepEqual([artifact.size, (await buffer(artifact.read())).length], [0, 0]);
  });

  rule("[P3] a local file is taken over", async ({ store }, context) => {
    const file = join(temporaryFolder(context), "draft");
    await writeFile(file, "abc");
    const hash = digest("sha256", "abc");
    await store.adopt(file, hash);
    assert.equal((await keptBytes(store, hash))!.toString(), "abc");
    assert.equal(existsSync(file), false);
  });

  rule("[P4] what was not kept is absent, and what is no hash is refused", async ({ store }) => {
    assert.equal(await store.open(digest("sha256", "never")), undefined);
    for (const bad of ["", "..", "../../etc/passwd", "A".repeat(64), "a".repeat(63)])
      await assert.rejects(() => store.open(bad), /not a hash/, bad);
  });

  rule("[P5] an artifact stays as long as anything refers to it, and goes after that", async ({ store }) => {
    const [shared, own] = [await put(store, "shared"), await put(store, "own")];
    await store.refer("run a", [shared, own]);
    await store.refer("workflow b", [shared]);
    assert.deepEqual(await store.owners(), ["run a", "workflow b"]);
    await store.release("run a");
    await store.settled();
    assert.deepEqual(await kept(store, [shared, own]), [true, false]);
    assert.deepEqual(await store.owners(), ["workflow b"]);
    await store.release("workflow b");
    await store.settled();
    assert.equal(await isKept(store, shared), false);
  });

  rule("[P6] an owner uses all that it ever referred to", async ({ store }) => {
    const hashes = [await put(store, "a"), await put(store, "b")];
    await store.refer("run a", [hashes[0]!]);
    await store.refer("run a", [hashes[1]!]);
    await store.refer("run a", []);
    await store.removeLeftovers();
    await store.settled();
    assert.deepEqual(await kept(store, hashes), [true, true]);
    await store.release("nobody");
    await store.release("run a");
    await store.settled();
    assert.deepEqual(await kept(store, hashes), [false, false]);
  });

  rule("[P7] nothing goes while somebody holds, and what is referred to again meanwhile stays", async ({ store }) => {
    const hashes = [await put(store, "a"), await put(store, "b")];
    await store.refer("run a", hashes);
    const [free, other] = [await store.hold(), await store.hold()];
    await store.release("run a");
    for (let i = 0; i < 2; i++) free();
    await store.settled();
    assert.deepEqual(await kept(store, hashes), [true, true], "the other one holds, however often the first lets go");
    await store.refer("run b", [hashes[0]!]);
    other();
    await store.settled();
    assert.deepEqual(await kept(store, hashes), [true, false]);
  });

  rule("[P8] who holds waits for the removal under way: what he finds to be there stays there", async ({ store }) => {
    const hash = await put(store, "a");
    await store.refer("run a", [hash]);
    await store.release("run a");
    const free = await store.hold();
    assert.equal(await put(store, "a"), hash);
    await store.settled();
    assert.equal(await isKept(store, hash), true);
    free();
  });

  rule("[P8] those who hold one after the other keep nothing that is due", async ({ store }) => {
    const hashes = await Promise.all(Array.from({ length: 150 }, (_, i) => put(store, `due ${i}`)));
    await store.refer("run a", hashes);
    let free = await store.hold();
    await store.release("run a");
    // As runs follow one another: nobody waits in between.
    for (let i = 0; i < 2; i++) {
      free();
      free = await store.hold();
    }
    assert.ok((await kept(store, hashes)).every((is) => !is));
    free();
  });

  rule("[P9] what a killed process left without a use goes with the next one", async ({ store, restart }) => {
    const [used, unused] = [await put(store, "used"), await put(store, "unused")];
    await store.refer("run a", [used]);
    const next = await restart();
    assert.deepEqual(await next.owners(), ["run a"]);
    const free = await next.hold();
    await next.removeLeftovers();
    await next.settled();
    assert.deepEqual(await kept(next, [used, unused]), [true, true], "not while somebody holds");
    free();
    await next.settled();
    assert.deepEqual(await kept(next, [used, unused]), [true, false]);
  });

  rule("[P10] a store that is closed removes nothing", async ({ store }) => {
    const hash = await put(store, "a");
    await store.refer("run a", [hash]);
    const free = await store.hold();
    await store.release("run a");
    await store.close();
    free();
    await store.removeLeftovers();
    await store.settled();
    assert.equal(await isKept(store, hash), true);
  });

  rule("[P13] what is open is read whole, even if it goes meanwhile", async ({ store }) => {
    const hash = await put(store, "0123456789");
    await store.refer("run a", [hash]);
    {
      await using artifact = (await store.open(hash))!;
      await store.release("run a");
      await store.settled();
      assert.equal(await isKept(store, hash), false);
      assert.equal((await buffer(artifact.read())).toString(), "0123456789");
    }
    assert.equal(await isKept(store, hash), false);
  });
}
