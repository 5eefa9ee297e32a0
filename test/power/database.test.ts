import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Database } from "../../server/src/data-folder/database.ts";
import { finished, notice, orderOf, request } from "../../server/src/queue/contract.fixture.ts";
import { SqliteQueue } from "../../server/src/queue/sqlite/sqlite-queue.ts";
import { folderFor } from "../cli/clipwork.fixture.ts";
import { seeded } from "./power.fixture.ts";
import { torn } from "./power-cut.ts";

/** A database as its files are at one moment, and what had been promised by then: for each run, up to which event its log is kept. */
type Moment = {
  readonly database: Buffer;
  readonly log: Buffer;
  /** Bytes of the log that were synced. */
  readonly synced: number;
  readonly promised: ReadonlyMap<string, number>;
};

test("[X1] [K1] after a power failure the queue has every run that was answered and a log without gaps, and no sound database is set aside", async (context) => {
  const random = seeded(context);
  const folder = folderFor(context);
  const [file, logFile] = ["server.db", "server.db-wal"].map((name) => join(folder, name)) as [string, string];
  const database = new Database(folder);
  const queue = new SqliteQueue(database);
  const moments: Moment[] = [];
  const runs = new Map<string, number>();
  let promised: ReadonlyMap<string, number> = new Map();
  let synced = 0;
  for (let i = 0; i < 60; i++) {
    const what = random();
    const lease = what < 0.5 ? await queue.lease() : undefined;
    if (what < 0.3 || !lease) {
      await queue.submit(`run-${i}`, request, orderOf(`run-${i}`));
      runs.set(`run-${i}`, 1);
    }
    if (lease) {
      for (let j = 0; j < 5; j++) await queue.report(lease, notice("x".repeat(Math.floor(random() * 3000))));
      await queue.report(lease, finished);
      runs.set(lease.run, (await queue.events.last(lease.run)) ?? 0);
    }
    if (random() < 0.3) {
      const now = new Map(runs);
      const length = readFileSync(logFile).length;
      await database.sync();
      [promised, synced] = [now, length];
    }
    moments.push({ database: readFileSync(file), log: readFileSync(logFile), synced, promised });
  }
  database.close();
  for (const [i, moment] of moments.entries()) {
    const left = join(folder, `left-${i}`);
    mkdirSync(left);
    writeFileSync(join(left, "server.db"), moment.database);
    const { log, synced } = moment;
    writeFileSync(
      join(left, "server.db-wal"),
      Buffer.concat([log.subarray(0, synced), torn(undefined, log.subarray(synced), random)]),
    );
    await expectPromised(left, moment.promised);
  }
});

async function expectPromised(folder: string, promised: ReadonlyMap<string, number>): Promise<void> {
  const database = new Database(folder);
  try {
    assert.equal(database.mended, undefined, "nothing was damaged");
    const queue = new SqliteQueue(database);
    await queue.recover("The power failed");
    for (const [run, seq] of promised) {
      assert.ok(await queue.find(run), `${run} was answered and is gone`);
      const events = await queue.events.read(run, 0, 1000);
      assert.ok(events.length >= seq, `${run} had ${seq} events and has ${events.length}`);
    }
    for (const { id } of (await queue.list({ limit: 100 })).runs) {
      const events = await queue.events.read(id, 0, 1000);
      assert.deepEqual(
        events.map(({ seq }) => seq),
        events.map((_, at) => at + 1),
      );
    }
  } finally {
    database.close();
  }
}
