import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { FileHashes, PackError } from "@clipwork/models";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import type { Hub } from "./connection/settings.ts";
import { type Ask, download } from "./download.ts";
import { clientOf, commit, type FakeHub, startHub } from "./hub.fixture.ts";
import type { Licence } from "./licence.ts";
import type { Progress } from "./rate.ts";

const prior = "prior/diffusion_pytorch_model.safetensors";
const karlo = { id: "someone/small-karlo", revision: "main" };

async function start(context: TestContext) {
  const hub = await startHub(context);
  const folder = temporaryFolder(context);
  const downloads = join(folder, "downloads");
  const hashes = new FileHashes();
  const heard: { progress: Progress[]; licences: Licence[] } = { progress: [], licences: [] };
  const load = (change: Partial<Hub> = {}, more: Partial<Ask> = {}) =>
    download(clientOf(hub, change), {
      ...{ source: karlo, downloads, hashes, signal: new AbortController().signal },
      accepts: async (licence) => heard.licences.push(licence) > 0,
      onProgress: (progress) => heard.progress.push(progress),
      ...more,
    });
  const refused = async (message: RegExp, change: Partial<Hub> = {}, more: Partial<Ask> = {}) => {
    const error = await load(change, more).then(
      () => assert.fail("it was not refused"),
      (error: unknown) => error,
    );
    assert.ok(error instanceof PackError, String(error));
    assert.match(error.message, message);
    assert.ok(error.remedy);
    return error;
  };
  const left = () => (existsSync(downloads) ? readdirSync(downloads) : []);
  return { hub, hashes, folder, downloads, heard, load, refused, left, files: hub.repositories.get(karlo.id)!.files };
}

const filesAsked = ({ asked }: FakeHub) => asked.filter(({ host }) => host === "files");

test("all that an import needs arrives as it was published, and nothing else", async (context) => {
  const { load, files, heard, hub, hashes } = await start(context);
  for (const name of [
    "safety_checker/model.safetensors",
    "samples/a.png",
    "prior/model.bin",
    "prior/model.fp16.safetensors",
  ])
    files.set(name, Buffer.from(name));
  const { staging, origin } = await load();
  const came = readdirSync(staging.files, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { name, parentPath } of came) {
    const path = join(parentPath, name);
    const inside = path.slice(staging.files.length + 1).replaceAll("\\", "/");
    assert.deepEqual(readFileSync(path), files.get(inside), inside);
  }
  assert.equal(came.length, files.size - 4);
  const sha256 = hash("sha256", files.get(prior)!);
  assert.equal(
    await hashes.current(join(staging.files, prior)),
    sha256,
    "it is hashed as it comes, and not read again",
  );
  assert.deepEqual([origin.from, origin.revision], [`${hub.endpoint}/someone/small-karlo`, commit]);
  assert.ok(Date.now() - Date.parse(origin.accepted) < 60_000);
  const last = heard.progress.at(-1)!;
  assert.equal(last.done, last.all);
});

test("a transfer that is cut three times in mid-file goes on where it stopped, and the hash holds", async (context) => {
  const { hub, load, files } = await start(context);
  hub.cuts.push(10_000, 7_000, 1);
  const { staging } = await load();
  const tries = filesAsked(hub).slice(0, 4);
  assert.deepEqual(
    tries.map(({ range }) => range),
    [undefined, "bytes=10000-", "bytes=17000-", "bytes=17001-"],
  );
  const [, sha256] = /^\/blobs\/([0-9a-f]{64})/.exec(tries[0]!.path)!;
  const [path, bytes] = [...files].find(([, bytes]) => hash("sha256", bytes) === sha256)!;
  assert.deepEqual(new Set(tries.map(({ path }) => path)).size, 1);
  assert.deepEqual(readFileSync(join(staging.files, path)), bytes);
});

test("the licence is shown before any weights come, and without consent nothing is left", async (context) => {
  const { hub, files, heard, refused, left } = await start(context);
  files.set("LICENSE.md", Buffer.from("Be kind."));
  const accepts = async (licence: Licence) => {
    heard.licences.push(licence);
    assert.deepEqual(filesAsked(hub), []);
    return false;
  };
  const { remedy } = await refused(
    /licence of someone\/small-karlo was not accepted: creativeml-openrail-m/,
    {},
    { accepts },
  );
  assert.match(remedy, /--accept-licence/);
  const { name, text, page, bytes } = heard.licences[0]!;
  assert.deepEqual([name, text, page], ["creativeml-openrail-m", "Be kind.", `${hub.endpoint}/someone/small-karlo`]);
  assert.ok(bytes > 400_000);
  assert.deepEqual(left(), []);
});

test("bytes of another hash are refused by name, and nothing is left", async (context) => {
  const { hub, files, refused, left } = await start(context);
  const before = files.get(prior)!;
  hub.repositories.get(karlo.id)!.change = ({ siblings }) => {
    for (const one of siblings) if (one.rfilename === prior) one.lfs = { sha256: "0".repeat(64), size: before.length };
  };
  await refused(/prior\/diffusion_pytorch_model\.safetensors of someone\/small-karlo does not have the hash/);
  assert.deepEqual(left(), []);
});

test("a file that is longer than announced is refused as soon as it is", async (context) => {
  const { hub, refused, left } = await start(context);
  hub.repositories.get(karlo.id)!.change = ({ siblings }) => {
    for (const one of siblings) if (one.rfilename === prior) one.size = 100;
  };
  await refused(/diffusion_pytorch_model\.safetensors of someone\/small-karlo is longer than the hub announced/);
  assert.deepEqual(left(), []);
});

test("a checkpoint that the disk has no room for is refused before its weights come", async (context) => {
  const { hub, refused, left } = await start(context);
  hub.repositories.get(karlo.id)!.change = ({ siblings }) => {
    for (const one of siblings) if (one.rfilename === prior) one.size = 2 ** 39;
  };
  const { remedy } = await refused(/someone\/small-karlo needs 549\.\d GB more, and \d+\.\d GB are free in/);
  assert.match(remedy, /Free some space/);
  assert.deepEqual([filesAsked(hub), left()], [[], []]);
});

test("a repository with a name that leads out of a folder is refused whole", async (context) => {
  for (const name of ["../x.json", "/etc/passwd", "prior/../../x", "a\\..\\b", "x\0"]) {
    const { files, refused, left } = await start(context);
    files.set(name, Buffer.from("{}"));
    await refused(/has a file called .* which could be written outside its folder/);
    assert.deepEqual(left(), []);
  }
});

test("weights that are only a pickle are refused with the command that makes safetensors of them", async (context) => {
  const { files, refused, left, hub } = await start(context);
  files.delete(prior);
  files.set("prior/diffusion_pytorch_model.bin", Buffer.from("pickle"));
  const { remedy } = await refused(/weights as a pickle, prior\/diffusion_pytorch_model\.bin/);
  assert.match(remedy, /python -m training\.export\.safetensors_of "prior\/diffusion_pytorch_model\.bin"/);
  assert.deepEqual([filesAsked(hub), left()], [[], []]);
  hub.repositories.set(karlo.id, { files: new Map([["prior.pth", Buffer.from("pickle")]]) });
  await refused(/weights as a pickle, prior\.pth/);
});

test("what the hub does not show is refused with the way to see it, and nothing is left", async (context) => {
  const { hub, refused, left } = await start(context);
  const repository = hub.repositories.get(karlo.id)!;
  repository.gated = true;
  const gated = await refused(/someone\/small-karlo is gated/);
  assert.match(gated.remedy, /^Accept them at http.*\/someone\/small-karlo, then set HF_TOKEN/);
  delete repository.gated;
  repository.token = "hf_secret";
  assert.match((await refused(/does not show someone\/small-karlo without an account/)).remedy, /HF_TOKEN/);
  const wrong = await refused(/does not accept the token in HF_TOKEN/, { token: "hf_wrong" });
  assert.ok(!`${wrong.message}${wrong.remedy}`.includes("hf_wrong"));
  delete repository.token;
  await refused(
    /has no repository someone\/small-karlo with the revision v9/,
    {},
    { source: { ...karlo, revision: "v9" } },
  );
  await refused(
    /without an account: it is private, gated, or there is no such/,
    {},
    { source: { ...karlo, id: "a/b" } },
  );
  assert.deepEqual(left(), []);
});

test("the token goes to the hub alone, not to where it keeps large files", async (context) => {
  const { hub, load } = await start(context);
  hub.repositories.get(karlo.id)!.token = "hf_secret";
  await load({ token: "hf_secret" });
  for (const { host, authorization } of hub.asked)
    assert.equal(authorization, host === "hub" ? "Bearer hf_secret" : undefined);
  assert.ok(filesAsked(hub).length > 3);
});

test("a download that was cancelled is taken up by the next, even in another process", async (context) => {
  const { hub, load, left } = await start(context);
  const abort = new AbortController();
  hub.cuts.push(20_000);
  let before = 0;
  const onProgress = ({ done }: Progress) => {
    before ||= done;
    if (done === before + 20_000) abort.abort();
  };
  await assert.rejects(load({ retryMs: 60_000 }, { onProgress, signal: abort.signal }));
  assert.equal(left().length, 1);
  const tries = filesAsked(hub).length;
  await load();
  assert.deepEqual([tries, filesAsked(hub)[tries]!.range], [1, "bytes=20000-"]);
});

test("what an earlier try left is hashed again: a file that was changed meanwhile comes anew, a part is refused once", async (context) => {
  const { hub, hashes, downloads, load, refused, left, files } = await start(context);
  const abort = new AbortController();
  hub.cuts.push(Number.POSITIVE_INFINITY, 20_000);
  let [first, second] = ["", ""];
  let before = 0;
  const onProgress = ({ file, done }: Progress) => {
    first ||= file;
    if (file === first) return;
    if (second === "") [second, before] = [file, done];
    if (done === before + 20_000) abort.abort();
  };
  await assert.rejects(load({ retryMs: 60_000 }, { onProgress, signal: abort.signal }));
  const inside = join(downloads, left()[0]!, "files");
  const spoil = (path: string) => {
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
  };
  spoil(join(inside, first));
  spoil(join(inside, `${second}.part`));
  await refused(/does not have the hash that the hub announced/);
  assert.deepEqual(readFileSync(join(inside, first)), files.get(first));
  assert.ok(!existsSync(join(inside, `${second}.part`)));
  const { staging } = await load();
  for (const path of [first, second]) {
    assert.deepEqual(readFileSync(join(staging.files, path)), files.get(path));
    assert.equal(await hashes.current(join(staging.files, path)), hash("sha256", files.get(path)!));
  }
});

test("a licence that is not accepted and a disk without room leave what an earlier try brought", async (context) => {
  const { hub, load, refused, left } = await start(context);
  const repository = hub.repositories.get(karlo.id)!;
  hub.cuts.push(20_000, ...Array.from({ length: 5 }, () => 0));
  await refused(/5 times in a row/);
  await refused(/licence of someone\/small-karlo was not accepted/, {}, { accepts: async () => false });
  repository.change = ({ siblings }) => {
    for (const one of siblings) if (one.rfilename === prior) one.size = 2 ** 39;
  };
  await refused(/needs 549\.\d GB more/);
  delete repository.change;
  assert.equal(left().length, 1);
  const tries = filesAsked(hub).length;
  await load();
  assert.equal(filesAsked(hub)[tries]!.range, "bytes=20000-");
});

test("a hub that keeps breaking off is given up, and what came is kept", async (context) => {
  const { hub, refused, left } = await start(context);
  hub.cuts.push(...Array.from({ length: 9 }, () => 0));
  const { remedy } = await refused(/(broke off|cannot be reached \(ECONNRESET\)), 5 times in a row\.$/);
  assert.match(remedy, /is kept: the same command goes on/);
  assert.equal(left().length, 1);
});

test("a hub that drips is given up when too little came for too long, and what came is kept", async (context) => {
  const { hub, load, refused, left } = await start(context);
  const least = { bytes: 2 ** 40, ms: 2 ** 31 - 1 };
  let before: number | undefined;
  const onProgress = ({ done }: Progress) => {
    before ??= done;
    // From the first bytes of the weights on.
    if (done > before) least.ms = 0;
  };
  const slow = / sent \d+ bytes in \d+ seconds, so the download was given up\.$/;
  const { remedy } = await refused(slow, { least }, { onProgress });
  assert.match(remedy, /is kept: try again later, the same command goes on/);
  assert.equal(left().length, 1);
  const [first] = filesAsked(hub);
  await load();
  const anew = filesAsked(hub).filter(({ path, range }) => path === first!.path && range === undefined);
  assert.deepEqual(anew, [first], "the next try went on");
});

test("what another process downloads is left to it", async (context) => {
  const { load, refused } = await start(context);
  const abort = new AbortController();
  const second: Promise<unknown>[] = [];
  const accepts = async () => {
    second.push(refused(/someone\/small-karlo is being downloaded already/));
    await second[0];
    return true;
  };
  await load({}, { accepts, signal: abort.signal });
  assert.equal(second.length, 1);
});
