import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { createWriteStream, globSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import { createToken, listTokens } from "../../server/src/access/tokens.ts";
import { artifactFiles } from "../../server/src/artifacts/artifact-files.ts";
import { readConfiguration, writeNodePacks } from "../../server/src/data-folder/configuration.ts";
import { dataFolderTrouble, openDataFolder } from "../../server/src/data-folder/data-folder.ts";
import { placeFiles } from "../../server/src/files/place-files.ts";
import { keepFolder } from "../../server/src/files/whole-file.ts";
import { diskStore } from "../../server/src/values/disk-store.ts";
import { contentOf } from "../../server/src/values/entry-file.ts";
import { folderFor } from "../cli/clipwork.fixture.ts";
import { failing, type Random, seeded } from "./power.fixture.ts";
import { Recorder } from "./recorder.ts";

const keys = Array.from({ length: 8 }, (_, i) => hash("sha256", `key ${i}`));
/** Some bytes, few or more than are written at once, that are not zeroes. */
const someBytes = (random: Random, i: number) =>
  Buffer.alloc(random() < 0.1 ? 300_000 : 1 + Math.floor(random() * 2000), `content ${i} `);

test("[X2] after a power failure a kept value is the one that was put under its key, or absent; none that is whole is removed", async (context) => {
  const random = seeded(context);
  const put = new Map<string, Set<string>>();
  await failing(
    context,
    { random },
    async (folder) => {
      const store = diskStore(folder);
      for (let i = 0; i < 60; i++) {
        const key = keys[Math.floor(random() * keys.length)]!;
        const what = random();
        if (what < 0.6) {
          const bytes = someBytes(random, i);
          put.set(key, (put.get(key) ?? new Set()).add(hash("sha256", bytes)));
          await store.put(key, bytes, i);
        } else if (what < 0.8) await store.get(key);
        else if (what < 0.95) await store.delete(key);
        else await store.trim(3000);
      }
    },
    async ({ folder }) => {
      const store = diskStore(folder);
      const whole = new Map(
        globSync("*/*", { cwd: folder, exclude: ["**/*.tmp"] }).flatMap((path) => {
          const content = contentOf(readFileSync(join(folder, path)));
          return content ? [[basename(path), hash("sha256", content)] as const] : [];
        }),
      );
      for (const key of keys) {
        const found = await store.get(key);
        const digest = found && hash("sha256", found);
        assert.ok(digest === undefined || put.get(key)?.has(digest), `${key} has bytes that nobody put there`);
        assert.equal(digest, whole.get(key), "what is whole is found");
        const again = Buffer.from(`again ${key}`);
        await store.put(key, again, 1);
        assert.deepEqual(Buffer.from((await store.get(key))!), again, "a damaged one can be made anew");
      }
    },
  );
});

test("[X1] [P14] after a power failure a picture that was synced is there, and any other is absent or right", async (context) => {
  const random = seeded(context);
  const kept = new Map<string, Buffer>();
  await failing(
    context,
    { random, cuts: 15 },
    async (data, promise) => {
      const folder = join(data, "artifacts");
      // As a server does before it says that anything is kept.
      await openDataFolder(data);
      const files = artifactFiles(folder);
      let fresh: string[] = [];
      for (let i = 0; i < 25; i++) {
        const bytes = someBytes(random, i);
        const digest = hash("sha256", bytes);
        kept.set(digest, bytes);
        if (random() < 0.5) await files.put(bytes);
        else {
          const draft = join(data, "uploads", `${i}`);
          await mkdir(join(data, "uploads"), { recursive: true });
          await pipeline(Readable.from([bytes]), createWriteStream(draft, { flags: "wx" }));
          await files.adopt(draft, digest);
        }
        fresh.push(digest);
        if (random() < 0.3) {
          await files.sync(fresh);
          for (const one of fresh) promise(one);
          fresh = [];
        }
      }
    },
    async ({ folder, promised }) => {
      const files = artifactFiles(join(folder, "artifacts"));
      for (const [digest, bytes] of kept) {
        await using found = await files.open(digest);
        assert.ok(found || !promised.has(digest), "a picture that was promised is gone");
        if (found) assert.ok((await buffer(found.read())).equals(bytes));
      }
      for (const [digest, bytes] of kept) {
        assert.equal(await files.put(bytes), digest);
        await using found = await files.open(digest);
        assert.ok(found, "it can be kept again");
      }
    },
  );
});

test("[X1] a picture that is on the disk is not synced again for the next run that shows it; one that was made anew is", async (context) => {
  const folder = join(folderFor(context), "artifacts");
  const files = artifactFiles(folder);
  const recorder = new Recorder(folder);
  context.after(() => recorder.stop());
  const synced = () => recorder.ops.filter(({ op }) => op === "sync").length;
  const digest = await files.put(Buffer.from("a picture"));
  await files.sync([digest]);
  assert.equal(synced(), 1);
  await files.put(Buffer.from("a picture"));
  await files.sync([digest]);
  assert.equal(synced(), 1, "it is the same file");
  await files.remove(digest);
  await files.put(Buffer.from("a picture"));
  await files.sync([digest]);
  assert.equal(synced(), 2, "it is another file");
});

test("[X3] after a power failure a data folder can be used, whatever was being written in it, and has the settings and tokens that were confirmed", async (context) => {
  const random = seeded(context);
  await failing(
    context,
    { random, cuts: 80 },
    async (folder, promise) => {
      await openDataFolder(folder);
      promise("folder");
      for (const i of [1, 2, 3]) {
        await writeNodePacks(folder, [`pack-${i}`]);
        promise(`pack-${i}`);
        createToken(folder, `token-${i}`, "run");
        promise(`token-${i}`);
      }
    },
    async ({ folder, promised }) => {
      assert.equal(await dataFolderTrouble(folder), undefined);
      const { configuration, problems } = await readConfiguration(folder, {});
      assert.deepEqual(problems, []);
      const newest = ["pack-3", "pack-2", "pack-1"].find((pack) => promised.has(pack));
      const named = configuration!.nodePacks.map((path) => basename(path));
      if (newest !== undefined) assert.ok(named.length === 1 && named[0]! >= newest, `${named} after ${newest}`);
      const tokens = listTokens(folder).map(({ name }) => name);
      for (const one of promised) if (one.startsWith("token")) assert.ok(tokens.includes(one), `${one} is gone`);
    },
  );
});

test("[X1] after a power failure the files of an output that were placed are there", async (context) => {
  const random = seeded(context);
  await failing(
    context,
    { random },
    async (folder, promise) => {
      await keepFolder(join(folder, "out"));
      for (let i = 0; i < 4; i++) {
        const text = `picture ${i}`;
        const mayReplace = async (path: string) => readFileSync(path, "utf8") === text;
        const ending = ".png";
        const [path] = await placeFiles(join(folder, "out", "picture"), [
          { ending, bytes: Buffer.from(text), mayReplace },
        ]);
        promise(`${basename(path!)}=${text}`);
      }
    },
    async ({ folder, promised }) => {
      for (const one of promised) {
        const [name = "", text] = one.split("=");
        assert.equal(readFileSync(join(folder, "out", name), "utf8"), text);
      }
    },
  );
});
