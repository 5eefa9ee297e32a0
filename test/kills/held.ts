import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isRunEnd } from "@clipwork/engine";
import sharp from "sharp";
import { artifactFiles } from "../../server/src/artifacts/artifact-files.ts";
import { fileArtifacts } from "../../server/src/artifacts/file-artifacts.ts";
import { Database } from "../../server/src/data-folder/database.ts";
import { contentOf } from "../../server/src/values/entry-file.ts";
import type { LoggedEvent } from "../../server/src/wire/wire.ts";
import { submit, type TestServer } from "../server/server.fixture.ts";
import { type Asked, documentOf, runsOf } from "./asked.ts";

/** The SHA-256 of the pixels of a run's only picture; its file is fetched as a viewer does. */
export async function pixelsOf(server: TestServer, run: string): Promise<string> {
  const { outputs } = await server.json("GET", `/runs/${run}`);
  assert.equal(outputs.length, 1, "one picture, however often the run was begun");
  const { picture, thumbnail } = outputs[0];
  for (const kept of [picture, thumbnail]) assert.equal(hash("sha256", await bytesOf(server, kept)), kept);
  return hash(
    "sha256",
    await sharp(await bytesOf(server, picture))
      .raw()
      .toBuffer(),
  );
}

/** The bytes of an artifact, which has to be there. */
export async function bytesOf(server: TestServer, artifact: string): Promise<Buffer> {
  const answer = await server.ask("GET", `/artifacts/${artifact}`);
  assert.equal(answer.status, 200, `the artifact ${artifact} is there`);
  return Buffer.from(await answer.arrayBuffer());
}

/** The pixels of a run that nobody disturbs, by a server of its own. */
export async function undisturbed(server: TestServer, seed: number): Promise<string> {
  const { id } = await submit(server, documentOf(seed));
  assert.equal((await server.watch(id)).at(-1)!.event, "run.finished");
  return pixelsOf(server, id);
}

/** Waits for the end of what was asked and fails unless all of it is there, once and as it would be without a kill. */
export async function expectKept(server: TestServer, asked: Asked, pixels: string): Promise<void> {
  const { run, seed, workflow, revision, upload, picture } = asked;
  const events = await server.watch(run!);
  expectWhole(events);
  assert.equal(await pixelsOf(server, run!), pixels, "the same pixels as without a kill");
  assert.deepEqual(
    (await runsOf(server, seed)).map(({ id }) => id),
    [run],
    "the run is there, once",
  );
  const saved = await server.json("GET", `/workflows/${workflow}`);
  const history = await server.json("GET", `/workflows/${workflow}/history`);
  assert.deepEqual([saved.revision, saved.document], [revision, documentOf(seed + 1)]);
  assert.deepEqual(
    history.items.map((one: { revision: number }) => one.revision),
    [2, 1],
    "each change was saved, once",
  );
  assert.deepEqual(await bytesOf(server, upload!.asset), Buffer.from(picture));
}

/** Fails unless it is the log of a run that finished: without gaps, and with each thing that happens once in it once. */
function expectWhole(events: readonly LoggedEvent[]): void {
  const story = JSON.stringify(
    events.map(({ seq, event, ...rest }) => [seq, event, "message" in rest && rest.message]),
  );
  assert.equal(events.at(-1)!.event, "run.finished", story);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, i) => i + 1),
    "the log has no gap",
  );
  const count = (wanted: (event: LoggedEvent) => boolean) => events.filter(wanted).length;
  const counts = [
    count(({ event }) => event === "run.queued"),
    count(({ event }) => event === "run.output"),
    count(isRunEnd),
  ];
  assert.deepEqual(counts, [1, 1, 1], `queued, output, end: ${story}`);
}

/** Looks through a data folder that no server uses any more: all that is named is there, nothing else is, and no value is a wrong one. */
export async function expectSound(data: string): Promise<void> {
  const folder = join(data, "artifacts");
  const database = new Database(data);
  try {
    assert.equal(database.mended, undefined);
    const store = fileArtifacts({ database, folder, onFault: (error) => assert.fail(String(error)) });
    await store.removeLeftovers();
    await store.settled();
    const named = database.sql.prepare("SELECT DISTINCT hash FROM refs ORDER BY hash").all();
    const hashes = named.map((row) => String(row.hash));
    const files = globSync("*/*", { cwd: folder }).map((path) => basename(path));
    assert.deepEqual(files.sort(), hashes, "what is used is kept, and nothing else");
    const bytes = artifactFiles(folder);
    for (const one of hashes) {
      await using kept = await bytes.open(one);
      assert.ok(kept, `${one} is whole`);
    }
  } finally {
    database.close();
  }
  for (const path of globSync("values/*/*", { cwd: data, exclude: ["**/*.tmp"] }))
    assert.ok(contentOf(readFileSync(join(data, path))), `${path} is a value as it was written`);
}
