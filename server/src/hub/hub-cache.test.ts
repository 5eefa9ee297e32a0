import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdirSync, readFileSync, realpathSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { FileHashes } from "@clipwork/models";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { download } from "./download.ts";
import { clientOf, commit, filesOf, gitHash, startHub } from "./hub.fixture.ts";

const karlo = { id: "someone/small-karlo", revision: "main" };
const weights = "decoder/diffusion_pytorch_model.safetensors";

/** A cache as huggingface_hub leaves it, with the small Karlo; large files are known by their sha256, others by git's hash. */
function fill(context: TestContext) {
  const cache = temporaryFolder(context);
  const folder = join(cache, "models--someone--small-karlo");
  const files = filesOf("small-karlo");
  const blob = (path: string) => {
    const bytes = files.get(path)!;
    return join(folder, "blobs", path.endsWith(".safetensors") ? hash("sha256", bytes) : gitHash(bytes));
  };
  for (const [path, bytes] of files) {
    const name = join(folder, "snapshots", commit, path);
    for (const place of [name, blob(path)]) mkdirSync(dirname(place), { recursive: true });
    writeFileSync(blob(path), bytes);
    symlinkSync(blob(path), name);
  }
  mkdirSync(join(folder, "refs"));
  writeFileSync(join(folder, "refs", "main"), commit);
  return { cache, folder, files, blob };
}

const ask = (context: TestContext, source = karlo) => ({
  source,
  downloads: join(temporaryFolder(context), "downloads"),
  accepts: async () => true,
  onProgress: () => {},
  hashes: new FileHashes(),
  signal: new AbortController().signal,
});

test("files that the cache holds are linked, not downloaded again, and the cache stays as it is", async (context) => {
  const hub = await startHub(context);
  const { cache, blob } = fill(context);
  const { staging } = await download(clientOf(hub, { cache }), ask(context));
  assert.equal(realpathSync(join(staging.files, weights)), realpathSync(blob(weights)));
  assert.deepEqual(
    hub.asked.filter(({ path }) => !/\/api\/|README/.test(path)),
    [],
  );
  await staging.discard();
  assert.ok(statSync(blob(weights)).size > 0);
});

test("a file of the cache that is damaged is downloaded", async (context) => {
  const hub = await startHub(context);
  const { cache, blob, files } = fill(context);
  const damaged = Buffer.from(files.get(weights)!);
  damaged[1000]! ^= 1;
  writeFileSync(blob(weights), damaged);
  const { staging } = await download(clientOf(hub, { cache }), ask(context));
  assert.deepEqual(readFileSync(join(staging.files, weights)), files.get(weights));
  assert.equal(hub.asked.filter(({ host }) => host === "files").length, 1);
});

test("offline all comes from the cache and nobody is asked; what it lacks is said", async (context) => {
  const hub = await startHub(context);
  const { cache, blob } = fill(context);
  const offline = clientOf(hub, { cache, offline: true });
  const { origin } = await download(offline, ask(context));
  assert.equal(origin.revision, commit);
  await assert.rejects(
    download(offline, ask(context, { ...karlo, revision: "v2" })),
    /does not hold .* the revision v2/,
  );
  await assert.rejects(download(offline, ask(context, { ...karlo, id: "a/b" })), /does not hold a\/b/);
  writeFileSync(blob(weights), "short");
  await assert.rejects(
    download(offline, ask(context)),
    /does not hold decoder\/diffusion_pytorch_model\.safetensors .* whole/,
  );
  assert.deepEqual(hub.asked, []);
});

test("a link of the cache that leads out of its folder is not followed", async (context) => {
  const hub = await startHub(context);
  const { cache, folder } = fill(context);
  const secret = join(temporaryFolder(context), "secret");
  writeFileSync(secret, "{}");
  symlinkSync(secret, join(folder, "snapshots", commit, "decoder", "tokenizer.json"));
  const { staging } = await download(clientOf(hub, { cache, offline: true }), ask(context));
  assert.throws(() => statSync(join(staging.files, "decoder", "tokenizer.json")), /ENOENT/);
});
