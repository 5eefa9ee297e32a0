import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import sharp from "sharp";
import type { LoggedEvent } from "../../server/src/wire/wire.ts";
import { documentOf } from "../kills/asked.ts";
import type { TestServer } from "../server/server.fixture.ts";
import { allRuns, Follower, submitOnce } from "./client.ts";
import type { Cut } from "./link.ts";
import { openPlace, type Place } from "./place.ts";

/** Without an end for so long, in milliseconds, the fleet is stuck, however busy the machine is. */
const stuckMs = 240_000;

/** Something that happens to a fleet when so large a part of the runs has ended. */
export type Blow = { readonly at: number; readonly what: string; strike(place: Place): Promise<void> };

const cutting = (line: keyof Place["lines"], how: Cut, ms: number) => async (place: Place) => {
  place.lines[line].cut(how);
  await wait(ms);
  place.lines[line].mend();
};

/** What a fleet has to stand: deaths, a Redis that starts again, and lines that are cut for so many milliseconds. */
export const blows = {
  worker: (at: number): Blow => ({
    at,
    what: "a worker is killed",
    strike: async ({ workers }) => void (await workers[1]!.kill("SIGKILL")),
  }),
  server: (at: number): Blow => ({
    at,
    what: "a server is killed",
    async strike({ servers }) {
      // Who looks for a server finds it no more, as behind a proxy that sees that it is gone.
      const [gone] = servers.splice(0, 1);
      await gone!.kill("SIGKILL");
    },
  }),
  redis: (at: number): Blow => ({
    at,
    what: "Redis is killed and starts again",
    strike: (place) => place.restartRedis(),
  }),
  cut: (at: number, line: keyof Place["lines"], how: Cut, ms: number): Blow => {
    const ends = { server: "a server and Redis", worker: "a worker and Redis", store: "a worker and S3" };
    return { at, what: `the line between ${ends[line]} is ${how} for ${ms / 1000} s`, strike: cutting(line, how, ms) };
  },
};

type Job = {
  readonly servers: number;
  readonly workers: number;
  readonly runs: number;
  readonly clients: number;
  /** How many different pictures the runs make. */
  readonly pictures: number;
  readonly blows: readonly Blow[];
  /** A server of one machine, which says how pictures have to be. */
  readonly alone: TestServer;
  readonly seed: number;
  readonly tell?: (line: string) => void;
};

export type Carried = {
  readonly seconds: number;
  /** Events that viewers got, and how often one went to another server. */
  readonly events: number;
  readonly moves: number;
  /** Runs whose worker was lost, or whose line was. */
  readonly continued: number;
};

/**
 * Has clients submit so many runs to a fleet, one after the other each, and follow them at two servers, while blows fall. Rejects if a run is lost or
 * doubled, if a viewer misses or repeats an event, if a picture is not that of one machine, or if no run ends any more.
 */
export async function carryOut(context: Parameters<typeof openPlace>[0], job: Job): Promise<Carried> {
  const { runs, clients, pictures, seed, tell = () => {} } = job;
  const place = await openPlace(context, job);
  const start = performance.now();
  const logs = new Map<string, readonly (readonly LoggedEvent[])[]>();
  let [next, ended, lastEnd, moves] = [0, 0, performance.now(), 0];
  const document = (i: number) => ({ ...documentOf(seed + (i % pictures)), meta: { title: `run ${i}` } });

  async function client(number: number): Promise<void> {
    const followers = [0, 1].map((more) => new Follower(place.servers, number + more));
    while (next < runs) {
      const i = next++;
      const run = await submitOnce(place.servers, number, document(i));
      logs.set(run, await Promise.all(followers.map((follower) => follower.follow(run))));
      ended++;
      lastEnd = performance.now();
    }
    for (const follower of followers) {
      moves += follower.moves;
      follower.close();
    }
  }

  async function strike(): Promise<void> {
    for (const { at, what, strike } of job.blows) {
      while (ended < at * runs) await wait(50);
      tell(`${ended} of ${runs} runs: ${what}`);
      await strike(place);
    }
  }

  const watching = new AbortController();
  async function watch(): Promise<never> {
    for (;;) {
      await wait(1000, undefined, { signal: watching.signal });
      if (performance.now() - lastEnd > stuckMs)
        throw new Error(`no run has ended for ${stuckMs / 1000} s; ${ended} of ${runs} had`);
    }
  }
  const all = Promise.all([...Array.from({ length: clients }, (_, i) => client(i)), strike()]);
  await Promise.race([all, watch()]).finally(() => watching.abort());
  const seconds = (performance.now() - start) / 1000;
  tell(`${runs} runs have ended in ${seconds.toFixed(0)} s; now it is looked at what became of them`);

  await expectOnce(place.servers, runs);
  for (const own of logs.values()) expectWhole(own);
  await expectPictures(place.servers, { alone: job.alone, logs, document, pictures });
  const events = [...logs.values()].flat().reduce((sum, log) => sum + log.length, 0);
  const continued = [...logs.values()].filter(([log]) => log!.some(saysContinued)).length;
  return { seconds, events, moves, continued };
}

const saysContinued = (event: LoggedEvent) => event.event === "notice" && /the run continues/.test(event.message);

/** Every title is there once, as finished, at every server. */
async function expectOnce(servers: readonly TestServer[], runs: number): Promise<void> {
  const wanted = Array.from({ length: runs }, (_, i) => `run ${i} finished`).sort();
  for (const server of servers) {
    const there = (await allRuns(server)).map(({ title, state }) => `${title} ${state}`).sort();
    assert.deepEqual(there, wanted, "every run is there, once, and has finished");
  }
}

/** Every viewer has the same events, with the numbers 1, 2, 3 and so on. */
function expectWhole(own: readonly (readonly LoggedEvent[])[]): void {
  for (const log of own) {
    const { run } = log[0]!;
    assert.deepEqual(
      log.map(({ seq }) => seq),
      log.map((_, i) => i + 1),
      `run ${run}: the numbers have no hole and no repetition`,
    );
    assert.deepEqual(log, own[0], `run ${run}: its viewers have the same events`);
  }
}

type Pictures = {
  readonly alone: TestServer;
  readonly logs: ReadonlyMap<string, unknown>;
  readonly document: (i: number) => object;
  readonly pictures: number;
};

/** The picture of every run has the pixels that one machine makes. */
async function expectPictures(servers: readonly TestServer[], { alone, logs, document, pictures }: Pictures) {
  const wanted = new Map<number, string>();
  for (let i = 0; i < pictures; i++) {
    const { id } = await alone.json("POST", "/runs", { document: document(i) });
    await alone.watch(id);
    wanted.set(i, await pixelsOf(alone, id));
  }
  let turn = 0;
  for (const run of logs.keys()) {
    const server = servers[turn++ % servers.length]!;
    const { title } = await server.json("GET", `/runs/${run}`);
    const i = Number(/\d+$/.exec(title)![0]) % pictures;
    assert.equal(await pixelsOf(server, run), wanted.get(i), `run ${run} has the pixels of one machine`);
  }
}

/** The SHA-256 of the pixels of a run's only picture. */
async function pixelsOf(server: TestServer, run: string): Promise<string> {
  const { outputs } = await server.json("GET", `/runs/${run}`);
  assert.equal(outputs.length, 1, `run ${run} has one picture`);
  const answer = await server.ask("GET", `/artifacts/${outputs[0].picture}`);
  assert.equal(answer.status, 200, `the picture of run ${run} is there`);
  return hash(
    "sha256",
    await sharp(Buffer.from(await answer.arrayBuffer()))
      .raw()
      .toBuffer(),
  );
}
