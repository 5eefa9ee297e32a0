import { exitCodes, inputProblem, refuse, type Terminal, visible } from "../terminal/terminal.ts";
import type { ErrorBody, QueueReply, RunSummary } from "../wire/wire.ts";

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
  const reply = await ask(server, asks[action]);
  if (!("body" in reply)) {
    const known = reply.remedy ?? "Start one with npm start, or name its address with --server, as it printed it.";
    return refuse(terminal, [inputProblem("no-server", reply.message, known)], json);
  }
  if (json) terminal.out(JSON.stringify(reply.body, undefined, 2));
  else for (const line of linesOf(action, reply.body)) terminal.out(visible(line));
  return exitCodes.done;
}

type Refused = { readonly message: string; readonly remedy?: string };

async function ask(
  server: string,
  [method, path, body]: (typeof asks)[QueueAction],
): Promise<{ readonly body: unknown } | Refused> {
  const address = URL.parse(server);
  if (!address) return { message: `${server} is no address of a server.` };
  const token = address.searchParams.get("token");
  const headers = {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(body ? { "content-type": "application/json" } : {}),
  };
  const response = await fetch(`${address.origin}${address.pathname.replace(/\/$/, "")}/api/v1${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  }).catch(() => undefined);
  if (!response) return { message: `No server answers at ${address.origin}.` };
  const said: unknown = await response.json().catch(() => undefined);
  if (response.ok) return { body: said };
  const { detail, remedy } = (said ?? {}) as Partial<ErrorBody>;
  return {
    message: detail ?? `${address.origin} answered ${response.status}: it is no Clipwork server.`,
    ...(remedy === undefined ? {} : { remedy }),
  };
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
