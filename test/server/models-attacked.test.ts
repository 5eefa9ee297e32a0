// What a stranger, a second tab or a broken disk does to model packs while a server adds one.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { filesOf } from "../../server/src/hub/hub.fixture.ts";
import type { ModelJob } from "../../server/src/wire/wire.ts";
import { clipwork, fixturePacks, listing } from "../cli/clipwork.fixture.ts";
import { id, startModels, templates } from "./models.fixture.ts";

const failed = ({ state }: ModelJob) => state === "failed";

test("two packs of one name are not added at once, and of one repository there is one job", async (context) => {
  const { hub, server, begin, act, until, is } = await startModels(context);
  hub.repositories.set("other/small-karlo", { files: filesOf("small-karlo") });
  const job = await begin();
  const refuse = (body: object) => server.json("POST", "/models/jobs", body, 409);
  assert.match((await refuse({ source: id, name: "mine" })).detail, /There is a job for someone\/small-karlo already/);
  const { detail, remedy } = await refuse({ source: "other/small-karlo" });
  assert.equal(detail, 'A pack "small-karlo" is being added already, of someone/small-karlo.');
  assert.match(remedy, /choose another name/);
  const other = await begin({ source: "other/small-karlo", name: "other" });
  for (const one of [job, other]) {
    await until(one, is("asking"));
    await act(one, "accept");
  }
  assert.deepEqual(
    [(await until(job, is("finished"))).pack, (await until(other, is("finished"))).pack],
    ["small-karlo", "other"],
  );
});

test("the command line leaves a download to the server that is at it, and a name that is taken meanwhile costs no weights", async (context) => {
  const { hub, data, models, begin, act, until, is } = await startModels(context);
  const run = (...args: string[]) =>
    clipwork(["models", ...args, "--data", data, "--no-run", "--templates", templates], {
      cwd: data,
      packs: "",
      environment: { HF_ENDPOINT: hub.endpoint, HF_TOKEN: "", HF_HUB_OFFLINE: "", HF_HUB_CACHE: join(data, "none") },
    });
  const job = await begin();
  await until(job, is("asking"));
  assert.match((await run("add", id, "--accept-licence")).stderr, /someone\/small-karlo is being downloaded already/);
  const taken = await run(
    "import",
    join(fixturePacks, "checkpoints", "small-karlo"),
    "--copy",
    "--name",
    "small-karlo",
  );
  assert.equal(taken.code, 0, taken.stderr);
  await act(job, "accept");
  const { error } = await until(job, failed);
  assert.match(error!.message, /There is a pack "small-karlo" already/);
  assert.match(error!.remedy, /another name .*The download is kept/);
  const { downloads } = await models();
  assert.equal(downloads[0]!.source, id);
  const asked = hub.asked.filter(({ host }) => host === "files").length;
  const again = await begin({ source: id, name: "second" });
  await until(again, is("asking"));
  await act(again, "accept");
  assert.equal((await until(again, is("finished"))).pack, "second");
  assert.equal(hub.asked.filter(({ host }) => host === "files").length, asked, "its weights do not come again");
});

test("a pack that is removed while it is verified ends the job in words, and the server goes on", async (context) => {
  const { data, server, begin, act, until, is, models } = await startModels(context);
  const job = await begin();
  await until(job, is("asking"));
  await act(job, "accept");
  await until(job, is("finished"));
  const verify: ModelJob = await server.json("POST", "/packs/small-karlo/verify", undefined, 201);
  assert.equal((await server.ask("DELETE", "/packs/small-karlo")).status, 204);
  const ended = await until(verify, ({ state }) => state === "failed" || state === "finished");
  if (ended.error) assert.ok(ended.error.message && ended.error.remedy);
  assert.ok(!(await models()).packs.some(({ name }) => name === "small-karlo"));
  assert.ok(!listing(join(data, "packs")).some((name) => name.startsWith("small-karlo")));
});

test("where downloads cannot be written the job says so, and what lies there stays", async (context) => {
  const { data, begin, until } = await startModels(context);
  writeFileSync(join(data, "downloads"), "mine");
  const { error } = await until(await begin(), failed);
  assert.match(error!.message, /The system refused: .*downloads/);
  assert.ok(error!.remedy);
});

test("a hub that drips is left at once, and nothing of it is named that was not asked for", async (context) => {
  const { hub, begin, act, until, is, models } = await startModels(context);
  const { files } = hub.repositories.get(id)!;
  const names = ["con/config.json", "aux.json", "モデル.json", `${"a".repeat(300)}.json`, "LICENSE."];
  for (const name of names) files.set(name, Buffer.from("{}"));
  hub.pauseMs = 60_000;
  const job = await begin();
  await until(job, is("asking"));
  await act(job, "accept");
  const { progress } = await until(job, ({ progress }) => progress !== undefined);
  assert.ok(progress!.done < progress!.all);
  assert.equal((await act(job, "cancel")).state, "cancelled");
  let { downloads } = await models();
  // Its process lets go of it a moment later.
  while (downloads.length === 0) ({ downloads } = await models());
  assert.equal(downloads[0]!.source, id);
  for (const name of names)
    assert.ok(!hub.asked.some(({ path }) => decodeURIComponent(path).endsWith(`/${name}`)), name);
});
