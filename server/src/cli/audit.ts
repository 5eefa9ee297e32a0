import { setTimeout as wait } from "node:timers/promises";
import { auditState, readAudit } from "../access/audit.ts";
import { dataFolder, openedDataFolderTrouble } from "../data-folder/data-folder.ts";
import { exitCodes, inputProblem, refuse, type Terminal, visible } from "../terminal/terminal.ts";
import type { AuditEntry } from "../wire/wire.ts";

/** How often it is looked whether something came, in milliseconds, and how much may have come. */
const lookMs = 500;
const most = 10_000;

/**
 * `clipwork audit`: prints the newest entries of a data folder's audit log, the oldest of them first, and with `follow` those that come,
 * until the process is interrupted. Returns the exit code.
 */
export async function auditCommand(
  terminal: Terminal,
  options: {
    readonly token?: string;
    readonly limit: string;
    readonly follow?: boolean;
    readonly data?: string;
    readonly json?: boolean;
  },
): Promise<number> {
  const { token, limit, follow = false, json = false } = options;
  if (!/^\d{1,5}$/.test(limit) || Number(limit) > most) {
    const remedy = `Give a whole number up to ${most}.`;
    return refuse(terminal, [inputProblem("bad-limit", `--limit cannot be ${JSON.stringify(limit)}.`, remedy)], json);
  }
  const data = dataFolder(options.data);
  const trouble = await openedDataFolderTrouble(data, "read");
  if (trouble) return refuse(terminal, [inputProblem("bad-folder", trouble.message, trouble.remedy)], json);
  const print = (entry: AuditEntry) => terminal.out(json ? JSON.stringify(entry) : visible(inWords(entry)));
  const { items } = await readAudit(data, { token, limit: Number(limit) });
  items.toReversed().forEach(print);
  if (items.length === 0 && !follow && !json)
    terminal.out("Nothing was written down. A server does that as it changes something.");
  if (follow) await followAudit(data, { token, shown: items }, print);
  return exitCodes.done;
}

/** Prints what comes, for ever. The files are read when they have changed, and no further back than what was shown. */
async function followAudit(
  data: string,
  { token, shown }: { readonly token: string | undefined; readonly shown: readonly AuditEntry[] },
  print: (entry: AuditEntry) => void,
): Promise<never> {
  let state = "";
  let newest = shown;
  for (;;) {
    const now = auditState(data);
    if (now !== state) {
      const since = newest[0]?.time;
      // Of the time of the newest there may be more than were shown.
      const known = new Set(newest.filter(({ time }) => time === since).map((entry) => JSON.stringify(entry)));
      const { items } = await readAudit(data, { token, since, limit: most });
      const come = items.filter((entry) => !known.has(JSON.stringify(entry)));
      come.toReversed().forEach(print);
      newest = come.length > 0 ? items : newest;
      state = now;
    }
    await wait(lookMs);
  }
}

function inWords({ time, who, session, from, what, about = {}, outcome, times }: AuditEntry): string {
  const ids = Object.entries(about).map(([kind, id]) => `${kind} ${id}`);
  const asked = [
    session === undefined ? who : `${who} (session ${session})`,
    ...(from === undefined ? [] : [`from ${from}`]),
  ];
  return [time, asked.join(" "), what, ...ids, times === undefined ? String(outcome) : `${times} times`].join("  ");
}
