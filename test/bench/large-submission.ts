import { isRunEnd, type WorkflowJson } from "@clipwork/engine";
import { askRaw } from "../server/raw.fixture.ts";
import { startServer, type TestServer } from "../server/server.fixture.ts";
import { atMost, type Findings } from "./findings.ts";
import { temporaryFolder } from "./places.ts";
import { timed } from "./statistics.ts";

const nodes = 100_000;
/** Milliseconds, for 99 of 100 answers. */
const budget = 50;
const paths = ["/health", "/runs", "/version", "/queue"];

/** A chain that passes a text on. */
function chain(): WorkflowJson {
  const all: Record<string, WorkflowJson["nodes"][string]> = {
    n0: { type: "text.prompt", version: 1, params: { text: "a" } },
  };
  for (let i = 1; i < nodes; i++)
    all[`n${i}`] = { type: "util.reroute", version: 1, inputs: { value: i === 1 ? "n0.text" : `n${i - 1}.value` } };
  return { format: "clipwork/1", nodes: all };
}

/** Asks for small things, one after the other, until the work is done. Returns how long each answer took, in milliseconds. */
async function answersDuring({ url }: TestServer, work: Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  let done = false;
  const end = () => {
    done = true;
  };
  work.then(end, end);
  for (let i = 0; !done; i++)
    took.push(
      await timed(async () => {
        const { status, text } = await askRaw(url, { path: `/api/v1${paths[i % paths.length]}` });
        if (status !== 200) throw new Error(`${status} ${text}`);
      }),
    );
  await work;
  return took;
}

/** What others wait for while a workflow of 100,000 nodes is forecast and submitted, and then while it runs. */
export async function measure(): Promise<Findings> {
  const cleanups: (() => unknown)[] = [];
  const context = { after: (work: () => unknown) => void cleanups.push(work) };
  try {
    const server = await startServer(context, { data: temporaryFolder() });
    const body = Buffer.from(JSON.stringify({ document: chain(), targets: [`n${nodes - 1}`] }));
    const headers = { "content-type": "application/json" };
    const post = async (path: string, status: number) => {
      const reply = await askRaw(server.url, { method: "POST", path: `/api/v1${path}`, headers, body });
      if (reply.status !== status) throw new Error(`${reply.status} ${reply.text.slice(0, 200)}`);
      return reply.text;
    };
    const idle = await answersDuring(server, new Promise((resolve) => setTimeout(resolve, 2000)));
    const forecast = await answersDuring(server, post("/forecast", 200));
    let submitted = "";
    const submission = post("/runs", 201).then((text) => {
      submitted = text;
    });
    const submitting = await answersDuring(server, submission);
    const [, id] = /"id":"([^"]+)"/.exec(submitted)!;
    const running = await answersDuring(server, ended(server, id!));
    const row = (name: string, took: readonly number[], most?: number) => {
      const sorted = took.toSorted((a, b) => a - b);
      const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1]!;
      const cells = [sorted[Math.floor(sorted.length / 2)]!, p99, sorted.at(-1)!].map((ms) => ms.toFixed(1));
      return [name, `${sorted.length}`, ...cells, most === undefined ? "" : atMost(most, p99)];
    };
    return {
      head: ["while", "answers", "median, ms", "p99, ms", "longest, ms", "budget of p99, ms"],
      rows: [
        row("nothing else is done", idle),
        row("it is forecast", forecast, budget),
        row("it is submitted", submitting, budget),
        row("it runs", running),
      ],
      notes: [],
    };
  } finally {
    for (const clean of cleanups) clean();
  }
}

function ended(server: TestServer, run: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const viewer = server.viewer();
  viewer.on("event", (event) => {
    if (!isRunEnd(event)) return;
    if (event.event === "run.finished") resolve();
    else reject(new Error(`the run has ended with ${JSON.stringify(event)}`));
  });
  viewer.emit("follow", run, 0, () => {});
  return promise.finally(() => viewer.disconnect());
}
