// Prints how many megabytes the session of toybox's decoder says to take, and by how many this process has grown.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { loadPack } from "../pack/load-pack.ts";
import { SessionCache } from "./session-cache.ts";

const folder = join(import.meta.dirname, "../../../packs/toybox");
const { stages } = (await loadPack(folder)).manifest;
const cache = new SessionCache({ provider: "cpu", threads: 1, sessionBytes: Number.POSITIVE_INFINITY });

/** Once what is garbage has been given back, which takes a turn of the event loop. */
async function anonymous(): Promise<number> {
  globalThis.gc!();
  await setTimeout(50);
  globalThis.gc!();
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))![1]) / 1024;
}

/** Loads a stage, and returns the bytes that its session says to take. */
const load = (stage: string) => {
  const { file, sha256 } = stages[stage]!;
  const at = { pack: "toybox", stage, graph: { path: join(folder, file), sha256 }, data: [], inputs: {} };
  return cache.use(at, ({ info }) => info.bytes);
};

await load("decoder-condition");
const before = await anonymous();
const said = (await load("decoder")) / 2 ** 20;
process.stdout.write(JSON.stringify({ said, grown: (await anonymous()) - before }));
