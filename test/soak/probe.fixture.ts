// Loaded into every process and thread of a server by NODE_OPTIONS: on SIGUSR2 each collects its garbage, and the process writes down what is
// left. Only then does a figure say what is kept: a heap that has not been collected is as large as there was time to fill it.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { BroadcastChannel, isMainThread } from "node:worker_threads";

/** What a thread keeps after a collection, in bytes. */
type Kept = { readonly heap: number; readonly outside: number };

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const channel = new BroadcastChannel("soak-probe") as BroadcastChannel & { unref(): void };
channel.unref();

function kept(): Kept {
  // Twice: what the first finalizes, the second frees.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return { heap: heapUsed, outside: external };
}

/** How many threads of JavaScript the process has beside this one. */
function threads(): number {
  return (process.report.getReport() as unknown as { workers: readonly unknown[] }).workers.length;
}

async function ofAllThreads(): Promise<readonly Kept[]> {
  const expected = threads();
  const heard: Kept[] = [];
  if (expected > 0)
    await new Promise<void>((resolve) => {
      channel.onmessage = (message) => {
        heard.push((message as { data: Kept }).data);
        if (heard.length >= expected) resolve();
      };
      channel.postMessage("ask");
    });
  return [...heard, kept()];
}

const folder = process.env.CLIPWORK_SOAK_PROBE!;
if (!isMainThread) channel.onmessage = () => channel.postMessage(kept());
else
  process.on("SIGUSR2", async () => {
    const all = await ofAllThreads();
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${process.pid}.json`);
    const said = {
      kept: all.reduce((total, { heap, outside }) => total + heap + outside, 0),
      resident: process.memoryUsage().rss,
    };
    writeFileSync(`${file}.new`, JSON.stringify(said));
    renameSync(`${file}.new`, file);
  });
