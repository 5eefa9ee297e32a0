import type { Terminal } from "../../terminal/terminal.ts";
import type { WorkerJson, WorkersReply } from "../../wire/wire.ts";
import { type AskOptions, askServer } from "./ask-server.ts";

/** `clipwork workers`: asks a running server who carries out runs, and prints it. Returns the exit code. */
export function workersCommand(terminal: Terminal, options: AskOptions): Promise<number> {
  return askServer<WorkersReply>(terminal, options, ["GET", "/workers"], ({ workers }) => {
    const there = workers.filter(({ state }) => state !== "gone").length;
    return [`${there === 1 ? "1 worker" : `${there} workers`}.`, ...workers.flatMap((worker) => linesOf(worker))];
  });
}

const timeOf = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace("T", " ");

function linesOf({ name, pid, version, provider, memory, packs, state, runs, since, heard }: WorkerJson): string[] {
  const gone = state === "gone";
  return [
    `${state.padEnd(8)}  ${name}, process ${pid}, ${provider}, version ${version}, ${(memory / 2 ** 30).toFixed(1)} GiB, since ${timeOf(since)}${gone ? `; last heard of ${timeOf(heard)}` : ""}`,
    `          packs: ${packs.map((pack) => `${pack.name}${pack.warm ? " (warm)" : ""}`).join(", ") || "none"}`,
    ...runs.map(({ run, since: begun }) => `          ${gone ? "had" : "has"} run ${run} since ${timeOf(begun)}`),
  ];
}
