import type { Terminal } from "../../terminal/terminal.ts";
import type { QueueReply, RunSummary } from "../../wire/wire.ts";
import { type AskOptions, askServer } from "./ask-server.ts";

/** What `clipwork queue` can do. */
export type QueueAction = "list" | "pause" | "resume" | "cancel" | "clear";

const asks: { readonly [action in QueueAction]: readonly [method: string, path: string, body?: object] } = {
  list: ["GET", "/queue"],
  pause: ["PATCH", "/queue", { paused: true }],
  resume: ["PATCH", "/queue", { paused: false }],
  cancel: ["POST", "/queue/cancel"],
  clear: ["DELETE", "/runs"],
};

/** `clipwork queue`: asks a running server, and prints what it says. Returns the exit code. */
export async function queueCommand(terminal: Terminal, action: QueueAction, options: AskOptions): Promise<number> {
  return askServer(terminal, options, asks[action], (body) => linesOf(action, body));
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

function lineOf({ id, title, caption, seed, priority, progress, stopping, held }: RunSummary): string {
  const notes = [
    caption ?? title,
    seed === undefined ? "" : `seed ${seed}`,
    priority === "normal" ? "" : `${priority} priority`,
    progress ? `${progress.done} of ${progress.all}` : "",
    stopping ? "stopping after this step" : "",
  ];
  const why = held ? `. ${held.message} ${held.remedy}` : "";
  return `${id}  ${notes.filter((note) => note !== "").join(", ")}${why}`;
}

function runs(count: number): string {
  return count === 1 ? "1 run" : `${count} runs`;
}
