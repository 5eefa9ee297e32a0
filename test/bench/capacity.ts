import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { documentOf } from "../kills/asked.ts";
import { submit, type TestServer } from "../server/server.fixture.ts";
import { type Counts, openCountedFleet, used } from "./counted-fleet.ts";
import type { Findings } from "./findings.ts";
import { workflowFile } from "./places.ts";

/** How long a fleet without runs is looked at, so that a run is not charged with what a fleet does anyway. */
const idleMs = 20_000;
/** What is written into the store behind a run's end is there after so long. */
const settleMs = 1_500;
/** Workers, and then servers, that come to the first ones: what runs cost then tells how costs grow with the fleet. */
const more = { workers: 4, servers: 1 };

const picture = JSON.parse(readFileSync(workflowFile("text-to-image-256"), "utf8")) as object;
const small = { runs: 40, document: (i: number): object => documentOf(i) };
const drawn = { runs: 8, document: (): object => picture };

const whats = ["a small run", "text to 256 px", "a second of rest"];
const fleets = ["", `, ${1 + more.workers} workers`, `, ${1 + more.servers} servers, ${1 + more.workers} workers`];

/** Runs a caption that nobody had before, follows it as a viewer and fetches its pictures. Returns how many events came, and their bytes. */
async function runOne(server: TestServer, document: object, i: number): Promise<Counts> {
  const { id } = await submit(server, document, { set: { prompt: `picture ${i}`, seed: String(i) } });
  const events = await server.watch(id);
  const end = events.at(-1)!;
  if (end.event !== "run.finished") throw new Error(`the run has ended with ${JSON.stringify(end)}`);
  const files = events.flatMap((event) => (event.event === "run.output" ? event.output.files : []));
  for (const { hash } of files) {
    const reply = await server.ask("GET", `/artifacts/${hash}`);
    if (!reply.ok) throw new Error(`a picture of the run was answered with ${reply.status}`);
    await reply.arrayBuffer();
  }
  return { events: events.length, eventBytes: JSON.stringify(events).length };
}

const shown: readonly (readonly [count: string, title: string, digits: number])[] = [
  ["scripts", "Redis: scripts", 1],
  ["commands", "Redis: commands, those in scripts included", 0],
  ["processorMs", "Redis: processor, ms", 2],
  ["bytesIn", "Redis: bytes that come", 0],
  ["bytesOut", "Redis: bytes that go", 0],
  ["keyBytes", "Redis: memory that stays, bytes", 0],
  ["journalBytes", "Redis: journal, bytes until it is rewritten", 0],
  ["events", "events", 0],
  ["eventBytes", "events: bytes to a viewer", 0],
  ["pictures", "store: pictures, those of steps included", 1],
  ["pictureBytes", "store: their bytes", 0],
  ["values", "store: values, checkpoints included", 1],
  ["valueBytes", "store: their bytes", 0],
  ["puts", "store: PUT requests", 1],
  ["otherRequests", "store: other requests", 1],
  ["serverMs", "server: processor, ms", 0],
  ["workerMs", "worker: processor, ms", 0],
  ["otherServersMs", "the other server, which nobody asks: processor, ms", 1],
  ["otherWorkersMs", "the four other workers: processor, ms", 1],
];

/** What a run costs a fleet of one server and one worker, in counts and processor time, and a larger one. */
export async function measure(): Promise<Findings> {
  await using stack = new AsyncDisposableStack();
  const fleet = await openCountedFleet({ after: (work) => void stack.defer(async () => void (await work())) });
  let name = 0;

  async function idle(): Promise<Counts> {
    await wait(settleMs);
    const before = await fleet.look();
    await wait(idleMs);
    const after = await fleet.look();
    return used(before, after, after.seconds! - before.seconds!);
  }

  async function costs({ runs, document }: typeof small, anyway: Counts): Promise<Counts> {
    const before = await fleet.look();
    const heard: Counts[] = [];
    for (let i = 0; i < runs; i++) heard.push(await runOne(fleet.server, document(++name), name));
    await wait(settleMs);
    const mean = (count: string) => heard.reduce((sum, one) => sum + one[count]!, 0) / runs;
    const rest = used(before, await fleet.look(), runs, anyway);
    return { ...rest, events: mean("events"), eventBytes: mean("eventBytes") };
  }

  // The models are loaded before anything counts.
  for (const { document } of [small, drawn]) await runOne(fleet.server, document(++name), name);
  const idleOne = await idle();
  const [smallOne, drawnOne] = [await costs(small, idleOne), await costs(drawn, idleOne)];
  const columns = [smallOne, drawnOne, idleOne];
  for (const [servers, workers] of [
    [0, more.workers],
    [more.servers, 0],
  ] as const) {
    await fleet.grow(servers, workers);
    const rest = await idle();
    columns.push(await costs(small, rest), await costs(drawn, rest), rest);
  }
  return {
    head: ["", ...fleets.flatMap((fleet) => whats.map((what) => `${what}${fleet}`))],
    rows: shown.map(([count, title, digits]) => [
      title,
      ...columns.map((column) => (column[count] === undefined ? "" : column[count].toFixed(digits))),
    ]),
    notes: [
      `Means of ${small.runs} small runs and ${drawn.runs} pictures, one after the other. What a fleet uses at rest meanwhile is taken off.`,
    ],
  };
}
