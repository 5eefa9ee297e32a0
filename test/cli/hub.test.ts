import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { commit, startHub, startPlainServer } from "../../server/src/hub/hub.fixture.ts";
import { clipwork, folderFor, listing, type Options } from "./clipwork.fixture.ts";

const fixtures = join(import.meta.dirname, "..", "fixtures");
const id = "someone/small-karlo";
const large = "decoder/diffusion_pytorch_model.safetensors";

/** A hub on this machine, and the command line in a folder of its own that asks it. */
async function open(context: TestContext) {
  const hub = await startHub(context);
  const folder = folderFor(context);
  const data = join(folder, "default-data");
  mkdirSync(data);
  writeFileSync(join(data, "config.json"), JSON.stringify({ hubHosts: [hub.filesHost] }));
  const environment = {
    HF_ENDPOINT: hub.endpoint,
    HF_TOKEN: "",
    HF_HUB_OFFLINE: "",
    HF_HUB_CACHE: join(folder, "cache"),
  };
  const run = (args: readonly string[], more: Partial<Options> = {}) =>
    clipwork(["models", ...args], {
      cwd: folder,
      packs: "",
      ...more,
      environment: { ...environment, ...more.environment },
    });
  const templates = ["--templates", join(fixtures, "templates")];
  const add = (args: readonly string[] = [], more: Partial<Options> = {}) =>
    run(["add", id, "--accept-licence", ...templates, ...args], more);
  const left = (name: string) => (existsSync(join(data, name)) ? listing(join(data, name)) : []);
  const files = hub.repositories.get(id)!.files;
  return { hub, folder, data, run, add, left, files, templates };
}

const filesAsked = ({ asked }: Awaited<ReturnType<typeof startHub>>) => asked.filter(({ host }) => host === "files");

test("a repository becomes a pack whose weights are on the disk once, with where they come from and what was accepted", async (context) => {
  const { hub, data, run, add, left, files } = await open(context);
  const added = await add();
  assert.equal(added.code, 0, added.stderr);
  assert.match(
    added.stderr,
    /^someone\/small-karlo has 0?\d+.* of weights, published under the licence: creativeml-openrail-m\.$/m,
  );
  assert.match(added.stderr, /running decoder once/);
  assert.match(added.stdout, /^small-karlo is in .*packs.small-karlo, under the licence: creativeml-openrail-m$/m);
  const weights = join(data, "packs", "small-karlo", "decoder.safetensors");
  assert.deepEqual([readFileSync(weights), statSync(weights).nlink], [files.get(large), 1]);
  assert.deepEqual(left("downloads"), []);
  const { origin } = JSON.parse(readFileSync(join(data, "packs", "small-karlo", "manifest.json"), "utf8"));
  assert.deepEqual([origin.from, origin.revision], [`${hub.endpoint}/${id}`, commit]);
  assert.match((await run(["list"])).stdout, /from http:.*small-karlo, licence accepted on \d{4}-\d\d-\d\d/);
  assert.equal((await run(["verify", "small-karlo"])).code, 0);

  const asked = hub.asked.length;
  const again = await add();
  assert.match(again.stderr, /There is a pack "small-karlo" already/);
  assert.deepEqual([again.code, hub.asked.length], [2, asked]);
});

test("killed three times in mid-file, the same command goes on where it stopped, and the hash holds", async (context) => {
  const { hub, data, add, left, files } = await open(context);
  const part = () => left("downloads").find((name) => name.endsWith(".part"));
  const size = () => (part() === undefined ? 0 : statSync(join(data, "downloads", part()!)).size);
  hub.holds.push(10_000, 7_000, 5_000);
  for (const reached of [10_000, 17_000, 22_000]) {
    const killed = await add(["--json", "--no-run"], {
      // The first that is told of the first file, which then falls silent.
      onEvent: (_, child) => {
        const look = setInterval(() => {
          if (size() < reached) return;
          clearInterval(look);
          child.kill("SIGKILL");
        }, 10);
      },
    });
    assert.deepEqual([killed.code, size(), left("packs")], [null, reached, []], "nothing half-installed is seen");
  }
  const done = await add(["--no-run"]);
  assert.equal(done.code, 0, done.stderr);
  assert.deepEqual(
    filesAsked(hub)
      .slice(0, 4)
      .map(({ range }) => range),
    [undefined, "bytes=10000-", "bytes=17000-", "bytes=22000-"],
  );
  assert.deepEqual(readFileSync(join(data, "packs", "small-karlo", "decoder.safetensors")), files.get(large));
  const first = join(data, "packs", "small-karlo", "clip-text.safetensors");
  assert.deepEqual(readFileSync(first), files.get("text_encoder/model.safetensors"));
});

test("without the licence accepted no weights come, and nothing is left", async (context) => {
  const { hub, run, left } = await open(context);
  const refused = await run(["add", id, "--json"]);
  assert.equal(refused.code, 2);
  assert.match(refused.last().problems[0].message, /The licence of someone\/small-karlo was not accepted: creativeml/);
  assert.deepEqual([filesAsked(hub), left("downloads"), left("packs")], [[], [], []]);
});

test("on a full disk nothing is left of a download", async (context) => {
  const { add, left } = await open(context);
  const full = await add([], { maxFile: 40 });
  assert.equal(full.code, 2);
  assert.match(
    full.stderr,
    /The disk is full: someone\/small-karlo could not be downloaded \(EFBIG\)\.\n {2}→ Nothing of it is left/,
  );
  assert.deepEqual([left("downloads"), left("packs")], [[], []]);
  assert.equal((await add(["--no-run"])).code, 0);
});

test("on a full disk in the import nothing of a pack is left, and the download stays for the next try", async (context) => {
  const { hub, add, left, files } = await open(context);
  const path = "prior_scheduler/scheduler_config.json";
  const published = files.get(path)!;
  // Refused when all is there, so that the next try has but the import before it.
  files.set(path, Buffer.from('{"_class_name": "NoSuchScheduler"}'));
  assert.equal((await add(["--no-run"])).code, 2);
  files.set(path, published);
  const asked = filesAsked(hub).length;
  const full = await add(["--no-run"], { maxFile: 10 });
  assert.equal(full.code, 2);
  assert.match(
    full.stderr,
    /The disk is full: someone\/small-karlo could not be imported\.\n {2}→ Free some space\. The download is kept/,
  );
  assert.deepEqual(left("packs"), []);
  const done = await add(["--no-run"]);
  assert.equal(done.code, 0, done.stderr);
  assert.deepEqual([filesAsked(hub).length, left("downloads")], [asked, []]);
});

test("an interrupted download is listed, goes on, and can be discarded", async (context) => {
  const { hub, run, add, left } = await open(context);
  hub.pauseMs = 150;
  const interrupted = await add(["--json", "--no-run"], { onEvent: (_, child) => child.kill("SIGINT") });
  assert.equal(interrupted.code, 130);
  assert.match(interrupted.stderr, /What came so far is kept: the same command goes on/);
  assert.match((await run(["list"])).stderr, /^someone\/small-karlo: not whole, \d.* are there/m);
  const discarded = await run(["remove", id, "--json"]);
  assert.deepEqual([discarded.code, discarded.last().event, left("downloads")], [0, "discarded", []]);
  assert.match((await run(["remove", id])).stderr, /There is no download of someone\/small-karlo that is not whole/);
});

test("what is downloaded and cannot be imported is refused as a folder is, and kept for another try", async (context) => {
  const { files, run, add, left } = await open(context);
  const path = "prior_scheduler/scheduler_config.json";
  files.set(path, Buffer.from('{"_class_name": "NoSuchScheduler"}'));
  const refused = await add(["--no-run"]);
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /error: someone\/small-karlo\/prior_scheduler\/scheduler_config\.json is of a "NoSuchScheduler"[\s\S]*→ .*The download is kept/,
  );
  assert.deepEqual(left("packs"), []);
  assert.equal((await run(["remove", id])).code, 0);
});

test("what the environment says wrongly is said", async (context) => {
  const { add, hub, left } = await open(context);
  const wrong = async (environment: NodeJS.ProcessEnv) => (await add([], { environment })).stderr;
  assert.match(await wrong({ HF_ENDPOINT: "hub" }), /HF_ENDPOINT is "hub", which is not the address of a hub/);
  assert.match(await wrong({ HF_TOKEN: "two words" }), /HF_TOKEN is no token/);
  assert.match(
    await wrong({ HF_HUB_OFFLINE: "1" }),
    /HF_HUB_OFFLINE is set, and the cache .* does not hold someone\/small-karlo/,
  );
  assert.match(await wrong({ HF_TOKEN: "hf_wrong" }), /does not accept the token in HF_TOKEN/);
  assert.deepEqual(left("downloads"), []);
  assert.equal(filesAsked(hub).length, 0);
});

test("a folder at a plain address becomes a pack by the hash of its list, killed in mid-file too", async (context) => {
  const { data, run, left, templates } = await open(context);
  const server = await startPlainServer(context);
  const sha256 = server.list();
  const add = (more: readonly string[] = [], options: Partial<Options> = {}) =>
    run(["add", server.folder, "--accept-licence", "--no-run", "--json", ...templates, ...more], options);
  assert.match((await add()).last().problems[0].remedy, new RegExp(`--sha256 ${sha256}`));
  assert.equal((await add(["--sha256", "abc"])).code, 2);

  server.pauseMs = 150;
  const named = ["--sha256", sha256, "--name", "mine", "--allow-host", "cdn.example"];
  const killed = await add(named, { onEvent: (_, child) => child.kill("SIGKILL") });
  assert.deepEqual([killed.code, left("packs")], [null, []]);
  const listed = (await run(["list"])).stderr;
  const goingOn = `models add ${server.folder} --name mine --sha256 ${sha256} --allow-host cdn.example, or models remove`;
  assert.ok(listed.includes(goingOn), listed);
  server.pauseMs = 0;
  const done = await add(named);
  assert.equal(done.code, 0, done.stderr);
  assert.deepEqual(left("downloads"), []);
  const { origin } = JSON.parse(readFileSync(join(data, "packs", "mine", "manifest.json"), "utf8"));
  assert.deepEqual([origin.from, origin.revision], [`${server.folder}/`, sha256]);

  const hub = await run(["add", id, "--sha256", sha256, ...templates]);
  assert.match(hub.stderr, /someone\/small-karlo is on the hub, which says itself which hashes/);
  server.redirect = (path) => (path.endsWith("SHA256SUMS") ? undefined : `http://localhost:1/${path}`);
  const away = await add(["--sha256", sha256, "--name", "other"]);
  assert.match(away.last().problems[0].remedy, /--allow-host/);
  const allowed = await add(["--sha256", sha256, "--name", "other", "--allow-host", "localhost:1"]);
  assert.match(allowed.last().problems[0].message, /localhost:1 cannot be reached/);
});

test("a folder is added as it is imported", async (context) => {
  const { folder, run, left, templates } = await open(context);
  cpSync(join(fixtures, "checkpoints", "small-karlo"), join(folder, "mine"), { recursive: true });
  const added = await run(["add", "mine", "--no-run", "--json", ...templates]);
  assert.deepEqual([added.code, added.last().event, left("packs")[0]], [0, "imported", "mine"]);
  assert.equal((await run(["add", "nothing-here"])).code, 2);
});
