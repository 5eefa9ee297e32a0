import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { commit, startPlainServer } from "../../server/src/hub/hub.fixture.ts";
import type { ModelJob, ModelsReply } from "../../server/src/wire/wire.ts";
import { listing } from "../cli/clipwork.fixture.ts";
import { id, startModels, templates } from "./models.fixture.ts";
import { startServer } from "./server.fixture.ts";

test("a checkpoint is added once its licence is accepted; it is listed, verified and removed", async (context) => {
  const { hub, data, server, models, begin, act, until, is } = await startModels(context);
  const before = await models();
  assert.deepEqual([before.hub.endpoint, before.hub.token, before.downloads], [hub.endpoint, false, []]);
  assert.ok(before.free > 0 && before.packs.every(({ removable }) => !removable));

  const job = await begin();
  const asking = await until(job, is("asking"));
  assert.deepEqual([asking.licence?.name, asking.licence?.repository], ["creativeml-openrail-m", id]);
  assert.equal(hub.asked.filter(({ host }) => host === "files").length, 0);
  await act(job, "accept");
  const done = await until(job, is("finished"));
  assert.equal(done.pack, "small-karlo");
  assert.equal(done.progress!.done, done.progress!.all);

  const { packs, downloads } = await models();
  const pack = packs.find(({ name }) => name === "small-karlo")!;
  assert.deepEqual(
    [pack.removable, pack.licence, pack.folder],
    [true, "creativeml-openrail-m", join(data, "packs", "small-karlo")],
  );
  assert.deepEqual([pack.own, pack.origin?.revision, downloads], [pack.bytes, commit, []]);
  assert.deepEqual(pack.spaces, [{ name: "clip", dimension: 16 }]);
  assert.deepEqual(
    pack.stages.map(({ stage }) => stage).sort(),
    ["clip-text", "decoder", "decoder-condition", "prior", "upsampler-256", "upsampler-256-last"].sort(),
  );
  const offered = (await server.json("GET", "/packs")) as { packs: { name: string; facts?: object }[] };
  assert.ok(offered.packs.find(({ name }) => name === "small-karlo")?.facts, "workflows may use it at once");

  const verified: ModelJob = await server.json("POST", "/packs/small-karlo/verify", undefined, 201);
  assert.equal((await until(verified, is("finished"))).subject, "small-karlo");
  assert.equal((await server.ask("DELETE", `/models/jobs/${verified.id}`)).status, 204);
  assert.equal((await server.ask("DELETE", "/packs/small-karlo")).status, 204);
  assert.ok(!listing(join(data, "packs")).some((name) => name.startsWith("small-karlo")));
});

test("a licence that is declined leaves nothing, and a cancelled download is kept, goes on or is discarded", async (context) => {
  const { hub, server, models, begin, act, until, is } = await startModels(context);
  const declined = await begin();
  await until(declined, is("asking"));
  assert.equal((await act(declined, "cancel")).state, "cancelled");

  hub.pauseMs = 300;
  const job = await begin();
  await until(job, is("asking"));
  await act(job, "accept");
  await until(job, ({ progress }) => progress !== undefined);
  assert.equal((await act(job, "cancel")).state, "cancelled");
  for (;;) {
    const { downloads } = await models();
    if (downloads.length === 0) continue;
    assert.deepEqual([downloads.length, downloads[0]!.source], [1, id]);
    assert.equal((await server.ask("DELETE", `/models/downloads/${downloads[0]!.id}`)).status, 204);
    break;
  }
  assert.deepEqual((await models()).downloads, []);
  assert.deepEqual(listing(join(server.data, "packs")), []);
});

test("a download that broke off remembers how it was asked for, over a server that was killed too", async (context) => {
  const { hub, data, server, begin, act, until, is } = await startModels(context);
  hub.pauseMs = 300;
  const choices = { name: "mine", for: "toybox", weights: "int8", variant: "fp16" };
  const { files } = hub.repositories.get(id)!;
  for (const [path, content] of [...files])
    if (path.endsWith(".safetensors")) files.set(path.replace(".safetensors", ".fp16.safetensors"), content);
  const job = await begin({ source: id, ...choices });
  await until(job, is("asking"));
  await act(job, "accept");
  await until(job, ({ progress }) => progress !== undefined);
  await server.kill("SIGKILL");
  const next = await startServer(context, { data, env: { HF_ENDPOINT: hub.endpoint } });
  let downloads: ModelsReply["downloads"] = [];
  while (downloads.length === 0) ({ downloads } = await next.json("GET", "/models"));
  const { id: _, bytes, ...shown } = downloads[0]!;
  assert.deepEqual(shown, { source: id, ...choices });
});

test("an address is downloaded from only where the server's owner named its host", async (context) => {
  const { data, server } = await startModels(context);
  const plain = await startPlainServer(context);
  const sha256 = plain.list();
  const { detail, remedy } = await server.json("POST", "/models/jobs", { source: plain.folder, sha256 }, 422);
  assert.match(`${detail} ${remedy}`, /neither the hub nor a host .* "hubHosts" of config\.json/);
  assert.deepEqual(plain.asked, []);

  await server.kill("SIGTERM");
  writeFileSync(join(data, "config.json"), JSON.stringify({ hubHosts: [plain.host] }));
  const next = await startServer(context, { data, env: { CLIPWORK_TEMPLATES: templates } });
  const job: ModelJob = await next.json("POST", "/models/jobs", { source: plain.folder, sha256 }, 201);
  const now = async (): Promise<ModelJob> => (await next.json("GET", "/models/jobs")).jobs[0];
  const reach = async (state: ModelJob["state"]) => {
    for (;;) {
      const job = await now();
      if (job.state === state) return job;
      assert.ok(["working", "asking"].includes(job.state), JSON.stringify(job));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await reach("asking");
  await next.json("POST", `/models/jobs/${job.id}/accept`);
  assert.equal((await reach("finished")).pack, "small-karlo");
});

test("what goes wrong is said with a remedy, and never where the token is", async (context) => {
  const { hub, begin, until } = await startModels(context, { HF_TOKEN: "hf_secret" });
  const job = await begin();
  const failed = await until(job, ({ state }) => state === "failed");
  assert.match(failed.error!.message, /does not accept the token in HF_TOKEN for someone\/small-karlo/);
  assert.ok(failed.error!.remedy && !JSON.stringify(failed).includes("hf_secret"));
  assert.ok(hub.asked.length > 0);
});

test("what is no repository is refused, and a path never means a file of the server", async (context) => {
  const { data, server } = await startModels(context);
  for (const source of [
    "/etc",
    "../x",
    "karlo",
    "file:///etc/passwd",
    "http://169.254.169.254/a/b",
    "C:\\x\\y",
    `${data}/x`,
  ]) {
    const { detail, remedy } = await server.json("POST", "/models/jobs", { source }, 422);
    assert.ok(detail && remedy, source);
  }
  await server.json("POST", "/models/jobs", { source: id, name: "../x" }, 400);
  await server.json("POST", "/models/jobs", { source: id, folder: "/etc" }, 400);
  assert.deepEqual((await server.json("GET", "/models/jobs")).jobs, []);
});

test("jobs and packs that are not there are not found, and those that came with Clipwork stay", async (context) => {
  const { server, begin, act, until, is } = await startModels(context);
  const nobody = "123e4567-e89b-42d3-a456-426614174000";
  for (const [method, path, status] of [
    ["POST", `/models/jobs/${nobody}/accept`, 404],
    ["POST", `/models/jobs/${nobody}/cancel`, 404],
    ["DELETE", `/models/jobs/${nobody}`, 404],
    ["DELETE", `/models/downloads/${"0".repeat(64)}`, 404],
    ["POST", "/packs/nothing/verify", 404],
    ["DELETE", "/packs/nothing", 404],
    ["DELETE", "/packs/toybox", 409],
    ["DELETE", "/packs/toybox?force=true", 409],
  ] as const)
    assert.equal((await server.ask(method, path)).status, status, `${method} ${path}`);
  const job = await begin();
  assert.match(
    (await server.json("POST", "/models/jobs", { source: id }, 409)).detail,
    /There is a job for someone\/small-karlo already/,
  );
  assert.equal((await server.ask("DELETE", `/models/jobs/${job.id}`)).status, 409);
  await until(job, is("asking"));
  await act(job, "cancel");
  assert.equal((await server.ask("POST", `/models/jobs/${job.id}/accept`)).status, 409);
});

test("a server that ends takes its jobs along, and the next goes on with the download", async (context) => {
  const { hub, data, server, begin, act, until, is } = await startModels(context);
  hub.pauseMs = 300;
  const job = await begin();
  await until(job, is("asking"));
  await act(job, "accept");
  await until(job, ({ progress }) => progress !== undefined);
  await server.kill("SIGKILL");
  hub.pauseMs = 0;
  const env = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: join(data, "none"), CLIPWORK_TEMPLATES: templates };
  const next = await startServer(context, { data, env });
  let downloads: ModelsReply["downloads"] = [];
  // The job's process hears that its server is gone, and lets go of the download.
  while (downloads.length === 0) ({ downloads } = await next.json("GET", "/models"));
  assert.equal(downloads[0]!.source, id);
});
