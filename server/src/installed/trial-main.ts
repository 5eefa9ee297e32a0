// The process in which a node pack is loaded first: what loops, prints or ends there harms nothing else. Started by `tryNodePack`.
import { Worker } from "node:worker_threads";
import { loadNodePack } from "./node-pack.ts";
import type { Trial } from "./try-node-packs.ts";

async function trial(place: string): Promise<Trial> {
  try {
    const { name, version, definitions } = await loadNodePack(place);
    return { name, version, types: definitions.map(({ type }) => type) };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { refused: text.trim().split("\n")[0] ?? "" };
  }
}

// Whoever started this may be killed, and a module that loops lets no timer of its own thread run.
const limit = Number(process.argv[3]);
new Worker(`setTimeout(() => process.kill(process.pid, "SIGKILL"), ${limit})`, { eval: true }).unref();
const send = process.send!.bind(process);
// A module that says something to whoever started it, such as that it is ready, says it to nobody here.
delete process.send;
send(await trial(process.argv[2]!), () => process.disconnect());
