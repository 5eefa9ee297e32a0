import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clipwork, type Event, folderFor, type Running, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { nodePackIn, oneNode } from "./node-pack.fixture.ts";
import { eventOf, startServer, submit } from "./server.fixture.ts";

test("a backup that is taken in the middle of runs is restored to a folder which finishes them, to the same pixels", async (context) => {
  const here = folderFor(context);
  // A node that says that it runs, and goes on when it finds this.
  const open = join(here, "open");
  const pack = nodePackIn(
    here,
    "gate",
    `async run(_, __, { notice }) {
      const { existsSync } = await import("node:fs");
      notice("running");
      while (!existsSync(${JSON.stringify(open)})) await new Promise((resolve) => setTimeout(resolve, 20));
      return { text: "done" };
    }`,
  );
  const env = { CLIPWORK_NODES: pack };
  const server = await startServer(context, { env });
  const saved = await server.json("POST", "/workflows", { title: "Mine", document: shortHierarchy() }, 201);
  const running = await submit(server, oneNode("gate"), { targets: ["node"] });
  const waiting = await submit(server, shortHierarchy());
  await eventOf(server, running.id, (event) => event.event === "notice" && event.message === "running");
  const outcome = await clipwork(["backup", here, "--data", server.data, "--json"], { cwd: here });
  assert.equal(outcome.code, 0, outcome.stderr);
  const { event, file } = outcome.events().at(-1)!;
  assert.equal(event, "backup");
  assert.equal((await server.json("GET", `/runs/${running.id}`)).state, "running", "the server went on meanwhile");

  const folder = join(here, "restored");
  const restored = await clipwork(["restore", file, "--data", folder], { cwd: here });
  assert.equal(restored.code, 0, restored.stderr);
  assert.match(restored.stdout, /restored: \d+ files, as they were at 20/);
  const second = await startServer(context, { data: folder, env });
  writeFileSync(open, "");
  for (const { id } of [running, waiting]) {
    const events = await second.watch(id);
    assert.equal(events.at(-1)!.event, "run.finished");
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, i) => i + 1),
    );
    await server.watch(id);
    const pictures = async (of: typeof server) =>
      (await of.json("GET", `/runs/${id}`)).outputs.map(({ thumbnail }: { thumbnail: string }) => thumbnail);
    assert.deepEqual(await pictures(second), await pictures(server));
  }
  assert.equal((await second.json("GET", `/workflows/${saved.id}`)).title, "Mine");

  const again = await clipwork(["restore", file, "--data", folder], { cwd: here });
  assert.equal(again.code, 2);
  assert.match(again.stderr, /^error: .*restored is a data folder already\.\n {2}→ Name a new folder/);
});

test("a folder that no server uses is backed up too; doctor knows when; a server that may not be asked says so", async (context) => {
  const here = folderFor(context);
  const server = await startServer(context, { args: ["--allow-host", "clipwork.example"] });
  const refused = await clipwork(["backup", "x.tar", "--server", server.url], { cwd: here });
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /token/);
  assert.deepEqual(
    readdirSync(here).filter((name) => name.startsWith("x.tar")),
    [],
  );
  const asked = await clipwork(["backup", "asked.tar", "--no-values", "--data", server.data], { cwd: here });
  assert.equal(asked.code, 0, asked.stderr);
  await server.kill("SIGTERM");
  assert.ok(!existsSync(join(server.data, "serving.json")));
  const alone = await clipwork(["backup", "alone.tar", "--data", server.data], { cwd: here });
  assert.equal(alone.code, 0, alone.stderr);
  assert.match(alone.stdout, /^\S*alone\.tar: [\d.]+ [kM]B\. Model packs are not part of it/);
  const looked = await clipwork(["doctor", "--port", "0", "--data", server.data], { cwd: here });
  assert.match(looked.stdout, /backup: The last one was written at 20/);
  const written = await clipwork(["audit", "--data", server.data], { cwd: here });
  assert.match(written.stdout, /owner from 127\.0\.0\.1 {2}post \/backup {2}200\n/, "who took one is known");
  for (const asked of [["backup", "no.tar"], ["audit"]]) {
    const nowhere = await clipwork([...asked, "--data", join(here, "no")], { cwd: here });
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /is not a data folder of Clipwork/);
  }
});

test("SIGINT cancels a backup of a server and one of a folder: nothing is left, and the next one is whole", async (context) => {
  const here = folderFor(context);
  const server = await startServer(context);
  // Much to write, so that the command is still at it when it hears of its first progress.
  const values = join(server.data, "values", "00");
  mkdirSync(values, { recursive: true });
  for (let n = 0; n < 12; n++) {
    const name = `${"0".repeat(62)}${n.toString(16).padStart(2, "0")}`;
    writeFileSync(join(values, name), "");
    truncateSync(join(values, name), 16 * 2 ** 20);
  }
  const cancelled = async () => {
    const args = ["backup", "mine.tar", "--data", server.data, "--json"];
    let heard = 0;
    const onEvent = (_: Event, child: Running) => void (++heard === 1 && child.kill("SIGINT"));
    const outcome = await clipwork(args, { cwd: here, onEvent });
    assert.deepEqual([outcome.code, readdirSync(here)], [130, []], outcome.stderr);
    assert.match(outcome.stderr, /Cancelled: nothing was written\./);
  };
  await cancelled();
  await server.kill("SIGTERM");
  await cancelled();
  const whole = await clipwork(["backup", "mine.tar", "--no-values", "--data", server.data], { cwd: here });
  assert.equal(whole.code, 0, whole.stderr);
});
