// Sets gates up in every process that is started with `--import` of this file. A process that comes by the gate that is named in
// the file `armed` of the folder that GATES names ends processes as a machine does that runs out of memory: by SIGKILL, in the
// middle of what they do. The file says "gate|victim|passage"; it is called `fired` from then on.
import { readFileSync, renameSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { gates, interval } from "./gates.ts";
import { isWorkerLine, workersOf } from "./processes.ts";

const folder = process.env.GATES!;
const [armed, fired] = [join(folder, "armed"), join(folder, "fired")];
const isWorker = isWorkerLine(process.argv[1]);
let passages = 0;

globalThis.passGate = (name) => {
  const [gate, victim, passage] = read(armed).split("|");
  if (gate !== name || ++passages < Number(passage)) return;
  passages = 0;
  try {
    renameSync(armed, fired);
  } catch {
    return;
  }
  for (const pid of victims(victim)) process.kill(pid, "SIGKILL");
};

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The processes to end, this one last. */
function victims(victim: string | undefined): readonly number[] {
  const other = isWorker ? [process.ppid] : workersOf(process.pid);
  if (victim === "both") return [...other, process.pid];
  return (victim === "worker") === isWorker ? [process.pid] : other;
}

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const here = gates.filter(({ file }) => url.endsWith(`/${file}`));
    if (here.length === 0) return loaded;
    let source = String(loaded.source);
    const put = (text: string, by: string) => {
      if (source.split(text).length !== 2) throw new Error(`no gate can stand in ${url}: not there once: ${text}`);
      source = source.replace(text, () => by);
    };
    if (url.endsWith(`/${interval.file}`)) put(interval.text, "const intervalMs = 0;");
    for (const { name, process, before, only = "true" } of here) {
      const call = (process === "worker") === isWorker ? `if (${only}) passGate(${JSON.stringify(name)});\n` : "";
      put(before, call + before);
    }
    return { ...loaded, source };
  },
});

declare global {
  var passGate: (name: string) => void;
}
