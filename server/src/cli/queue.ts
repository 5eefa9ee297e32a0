import { Refused, ServerClient } from "../client/server-client.ts";
import { exitCodes, inputProblem, refuse, type Terminal, visible } from "../terminal/terminal.ts";
import type { QueueReply, RunSummary } from "../wire/wire.ts";

/** What `clipwork queue` can do. */
export type QueueAction = "list" | "pause" | "resume" | "cancel" | "clear";

export type QueueCommandOptions = {
  /** As the server printed it, with the token if it has one. */
  readonly server: string;
  readonly json?: boolean;
};

const asks: { readonly [action in QueueAction]: readonly [method: string, path: string, body?: object] } = {
  list: ["GET", "/queue"],
  pause: ["PATCH", "/queue", { paused: true }],
  resume: ["PATCH", "/queue", { paused: false }],
  cancel: ["POST", "/queue/cancel"],
  clear: ["DELETE", "/runs"],
};

/** `clipwork queue`: asks a running server, and prints what it says. Returns the exit code. */
export async function queueCommand(
  terminal: Terminal,
  action: QueueAction,
  { server, json = false }: QueueCommandOptions,
): Promise<number> {
  let body: unknown;
  try {
    body = await new ServerClient(server).json<unknown>(...asks[action]);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return refuse(terminal, [inputProblem("no-server", error.message, error.remedy)], json);
  }
  if (json) terminal.out(JSON.stringify(body, undefined, 2));
  else for (const line of linesOf(action, body)) terminal.out(visible(line));
  return exitCodes.done;
}

function linesOf(action: QueueAction, body: unknown): readonly string[] {
  if (action === "cancel") return [`${runs((body as { count: number }).count)} cancelled.`];
  if (action === "clear") return [`${runs((body as { count: number }).count)} deleted.`];
  const { paused, running, waiting, next, held } = body as QueueReply;
  const more = waiting - next.length;
  return [
    `${paused ? "Paused: no run begins" : held ? "No run begins" : "The queue goes on"}; ${runs(running.length)} running, ${runs(waiting)} waiting.`,
    ...(held ? [held.message, `  → ${held.remedy}`] : []),
    ...running.map((run) => `running  ${lineOf(run)}`),
    ...next.map((run, i) => `${String(i + 1).padStart(7)}  ${lineOf(run)}`),
    ...(more > 0 ? [`and ${runs(more)} more`] : []),
  ];
}

function lineOf({ id, title, caption, seed, priority, progress, stopping }: RunSummary): string {
  const notes = [
    caption ?? title,
    seed === undefined ? "" : `seed ${seed}`,
    priority === "normal" ? "" : `${priority} priority`,
    progress ? `${progress.done} of ${progress.all}` : "",
    stopping ? "stopping after this step" : "",
  ];
  return `${id}  ${notes.filter((note) => note !== "").join(", ")}`;
}

function runs(count: number): string {
  return count === 1 ? "1 run" : `${count} runs`;
}
