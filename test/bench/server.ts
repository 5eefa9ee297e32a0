import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import type { WorkflowJson } from "@clipwork/engine";
import { isRunEnd } from "@clipwork/engine";
import type { LoggedEvent } from "../../server/src/wire/wire.ts";
import { startServer, submit, type TestServer } from "../server/server.fixture.ts";
import { atMost, type Findings } from "./findings.ts";
import { processorMs } from "./machine.ts";
import { temporaryFolder, workflowFile } from "./places.ts";
import { pairs, show, spread } from "./statistics.ts";

const rounds = 5;
/** How long previews come while a viewer does not read, in seconds. */
const stalledSeconds = 60;
const idleSeconds = 5;

/** The 256 px workflow with so many steps of decoder and upsampler, and so many pictures of other seeds beside its own. */
function sampling(steps: number, more = 0): WorkflowJson {
  const workflow = JSON.parse(readFileSync(workflowFile("text-to-image-256"), "utf8"));
  const { decode, enlarge, save } = workflow.nodes;
  for (const node of [decode, enlarge]) node.params.steps = steps;
  for (let i = 1; i <= more; i++) {
    const seed = enlarge.params.seed + i;
    workflow.nodes[`decode${i}`] = { ...decode, params: { ...decode.params, seed } };
    workflow.nodes[`enlarge${i}`] = {
      ...{ ...enlarge, params: { ...enlarge.params, seed } },
      inputs: { ...enlarge.inputs, image: `decode${i}.image` },
    };
    workflow.nodes[`save${i}`] = { ...save, inputs: { image: `enlarge${i}.image` } };
  }
  return workflow;
}

async function finish(server: TestServer, id: string): Promise<Extract<LoggedEvent, { ms: number; executed: number }>> {
  const end = (await server.watch(id)).at(-1)!;
  if (!isRunEnd(end) || end.event === "run.failed") throw new Error(`the run has ended with ${JSON.stringify(end)}`);
  return end;
}

/** A viewer that follows a run and reads nothing of it. */
async function stall(server: TestServer, run: string): Promise<Socket> {
  const { port } = new URL(server.url);
  const socket = connect(Number(port), "127.0.0.1");
  const frame = (text: string) =>
    Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
  const said = (what: string) =>
    new Promise<void>((resolve) => {
      const hear = (bytes: Buffer) => {
        if (!bytes.includes(what)) return;
        socket.off("data", hear);
        resolve();
      };
      socket.on("data", hear);
    });
  socket.on("error", () => {});
  const opened = said("101 Switching");
  socket.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  );
  await opened;
  const joined = said("40{");
  socket.write(frame("40"));
  await joined;
  socket.write(frame(`420["follow","${run}",0]`));
  socket.pause();
  return socket;
}

/** Milliseconds of one run, with a viewer that does not read beside the one that waits for the end, or without. */
async function runMs(server: TestServer, stalled: boolean, spent: number[]): Promise<number> {
  const before = processorMs(server.process.pid!);
  const { id } = await submit(server, sampling(40), { fresh: true });
  const viewer = stalled ? await stall(server, id) : undefined;
  const { ms } = await finish(server, id);
  viewer?.destroy();
  spent.push(processorMs(server.process.pid!) - before);
  return ms;
}

function residentMb({ process }: TestServer): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${process.pid}/status`, "utf8"))![1]) / 1024;
}

const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** The milliseconds within which 99 of 100 answers came. */
async function p99(server: TestServer, path: string): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < 300; i++) {
    const start = performance.now();
    await server.json("GET", path);
    took.push(performance.now() - start);
  }
  return took.toSorted((a, b) => a - b)[Math.ceil(took.length * 0.99) - 1]!;
}

/** The server: its memory when idle, its answers while a run computes, and what a viewer that stops reading costs. */
export async function measure(): Promise<Findings> {
  const cleanups: (() => unknown)[] = [];
  const server = await startServer(
    { after: (work) => void cleanups.push(work as () => unknown) },
    { data: temporaryFolder() },
  );
  try {
    await wait(idleSeconds);
    const idle = residentMb(server);
    await finish(server, (await submit(server, sampling(10))).id);

    // So much work lasts until it is cancelled, however quick the machine is.
    const busy = await submit(server, sampling(999, 31), { fresh: true });
    const nodes = await p99(server, "/nodes");
    const runs = await p99(server, "/runs");
    const before = residentMb(server);
    const stalled = await stall(server, busy.id);
    await wait(stalledSeconds);
    const grown = residentMb(server) - before;
    const { seq, state } = await server.json("GET", `/runs/${busy.id}`);
    stalled.destroy();
    await server.json("POST", `/runs/${busy.id}/cancel`);
    await finish(server, busy.id);

    const spentWith: number[] = [];
    const spentWithout: number[] = [];
    const { one, other, ratio } = await pairs(
      rounds,
      () => runMs(server, true, spentWith),
      () => runMs(server, false, spentWithout),
    );
    const budgeted = (name: string, value: number, unit: string, budget: number) => [
      name,
      `${value.toFixed(1)} ${unit}`,
      atMost(budget, value),
    ];
    return {
      head: ["the server", "found", "budget"],
      rows: [
        budgeted(`memory when idle, after ${idleSeconds} s`, idle, "MB", 150),
        budgeted("`GET /nodes` while a run computes, p99 of 300", nodes, "ms", 20),
        budgeted("`GET /runs` while a run computes, p99 of 300", runs, "ms", 20),
        budgeted(
          `growth of its memory in ${stalledSeconds} s of previews that a viewer does not read`,
          grown,
          "MB",
          10,
        ),
        [`a run with such a viewer, s`, show(spreadSeconds(one), 2), ""],
        [`the same without, s`, show(spreadSeconds(other), 2), ""],
        ["processor time of the server in a run with such a viewer, ms", show(spread(spentWith), 0), ""],
        ["the same without, ms", show(spread(spentWithout), 0), ""],
        ["**ratio of the two runs**", show(ratio, 3), atMost(1.1, ratio.median)],
      ],
      notes: [`The run that was not read had told ${seq} events and was ${state} when its memory was read.`],
    };
  } finally {
    for (const clean of cleanups) clean();
  }
}

function spreadSeconds({ median, min, max }: ReturnType<typeof spread>): ReturnType<typeof spread> {
  return { median: median / 1000, min: min / 1000, max: max / 1000 };
}
