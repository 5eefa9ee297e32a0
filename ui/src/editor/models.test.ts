import assert from "node:assert/strict";
import { test } from "node:test";
import { karlo } from "../testing/fake-models.ts";
import { settled, startEditor } from "../testing/start-editor.ts";
import { modelsDialog } from "./models.ts";

/** An editor whose models are loaded, what the page is told, and a look at the jobs. */
async function start() {
  const { editor, server, clock } = await startEditor();
  await editor.models.load();
  const look = async (): Promise<void> => {
    clock.pass(500);
    await settled();
  };
  const said = () => editor.messages.get().map(({ text }) => text);
  const asks = () => server.asked.filter((name) => name === "modelJobs").length;
  return { ...editor, server, look, said, asks };
}

test("the jobs are looked at as long as one is under way, and not otherwise", async () => {
  const { models, server, look, asks } = await start();
  await look();
  assert.equal(asks(), 0);
  assert.equal(await models.add("o/n"), true);
  await look();
  await look();
  assert.equal(asks(), 2);
  server.models.change("job-1", { state: "failed", error: { message: "No.", remedy: "Try." } });
  await look();
  await look();
  assert.equal(asks(), 3);
});

test("what is added is offered to workflows at once, and said", async () => {
  const { models, server, look, said, offer } = await start();
  await models.add("o/n", { variant: "fp16" });
  assert.equal(models.get().now!.jobs[0]!.variant, "fp16");
  server.models.change("job-1", { state: "finished", pack: "karlo" });
  server.models.now = { ...server.models.now, packs: [...server.models.now.packs, karlo] };
  const before = server.asked.filter((name) => name === "packs").length;
  const { catalogue } = offer.get();
  await look();
  assert.deepEqual([said().at(-1), models.get().now!.packs.at(-1)], ["karlo is installed.", karlo]);
  assert.equal(server.asked.filter((name) => name === "packs").length, before + 1);
  assert.equal(offer.get().catalogue, catalogue, "node types are not asked for again");
});

test("a job that fails is said with its remedy, one that was verified that it is whole", async () => {
  const { models, server, look, said, messages } = await start();
  await models.verify("toybox");
  server.models.change("job-1", { state: "finished" });
  await look();
  assert.equal(said().at(-1), "toybox is whole.");
  await models.verify("toybox");
  server.models.change("job-2", { state: "failed", error: { message: "A file is damaged.", remedy: "Add it again." } });
  await look();
  const { text, more, tone } = messages.get().at(-1)!;
  assert.deepEqual([text, more, tone], ["A file is damaged.", "Add it again.", "error"]);
});

test("in the open dialog a failed job's card says why, and no message says it again", async () => {
  const { models, server, look, said, screen } = await start();
  screen.show({ dialog: modelsDialog });
  await models.add("o/n");
  const before = said();
  server.models.change("job-1", { state: "failed", error: { message: "No.", remedy: "Try." } });
  await look();
  assert.deepEqual(said(), before);
  assert.equal(models.get().now!.jobs[0]!.error!.message, "No.");
});

test("what failed is begun once more with the choices that were made, and takes the place of the old job", async () => {
  const { models, server } = await start();
  await models.add("o/n", { name: "mine", for: "toybox", weights: "int8" });
  const failed = server.models.change("job-1", { state: "failed", error: { message: "No.", remedy: "Try." } });
  await models.again(failed);
  const [again, ...others] = models.get().now!.jobs;
  const { id, name, for: like, weights, variant } = again!;
  assert.deepEqual([id, name, like, weights, variant, others], ["job-2", "mine", "toybox", "int8", undefined, []]);
});

test("a licence is accepted or the job cancelled, and an ended job is taken off", async () => {
  const { models, server, look } = await start();
  await models.add("o/n");
  const job = () => models.get().now!.jobs[0]!;
  server.models.change("job-1", { state: "asking" });
  await look();
  await models.accept(job());
  assert.equal(job().state, "working");
  await models.cancel(job());
  assert.equal(job().state, "cancelled");
  server.models.now = { ...server.models.now, downloads: [{ id: "a".repeat(64), source: "o/n", bytes: 5 }] };
  await look();
  assert.equal(models.get().now!.downloads.length, 1, "its process let go of the download a moment later");
  await models.forget(job());
  assert.deepEqual(models.get().now!.jobs, []);
});

test("a download goes on or is discarded, a pack is removed", async () => {
  const { models, server, said } = await start();
  const choices = { name: "mine", for: "toybox", variant: "bf16", weights: "int8", sha256: "f".repeat(64) } as const;
  const download = { id: "a".repeat(64), source: "o/n", bytes: 5, ...choices };
  server.models.now = {
    ...server.models.now,
    downloads: [download, { ...download, id: "b".repeat(64), source: "o/m" }],
  };
  assert.equal(await models.resume(download), true);
  const [job] = models.get().now!.jobs;
  const { id, kind, subject, state, doing, ...chosen } = job!;
  assert.deepEqual([subject, chosen], ["o/n", choices]);
  await models.discard(models.get().now!.downloads[0]!);
  assert.deepEqual(models.get().now!.downloads, []);
  await models.remove("toybox");
  assert.deepEqual([models.get().now!.packs, said().at(-1)], [[], "toybox is removed."]);
});

test("what the server refuses is a message, and nothing else changes", async () => {
  const { models, server, said } = await start();
  assert.equal(await models.add("karlo"), false);
  assert.match(models.get().refused!.message, /^"karlo" is no repository of a hub/);
  assert.deepEqual([said(), models.get().now!.jobs], [[], []]);
  await models.add("o/n");
  assert.equal(models.get().refused, undefined);
  server.refuseNext("models");
  await models.load();
  assert.equal(said().at(-1), "The server is busy.");
  await models.remove("nothing");
  assert.deepEqual([said().at(-1), models.get().now!.packs.length], ['There is no model pack "nothing".', 1]);
});
