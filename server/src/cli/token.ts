import { AuditLog } from "../access/audit.ts";
import type { Scope } from "../access/scopes.ts";
import {
  createToken,
  isTokenName,
  type Limits,
  largestLimit,
  limitNames,
  listTokens,
  revokeToken,
  tokensTrouble,
} from "../access/tokens.ts";
import { readUses } from "../access/uses.ts";
import { dataFolder, dataFolderTrouble, openDataFolder } from "../data-folder/data-folder.ts";
import { called } from "../terminal/called.ts";
import { exitCodes, inputProblem, refuse, type Terminal, tellProblem } from "../terminal/terminal.ts";

type Options = { readonly data?: string; readonly json?: boolean };

/** The limits as they are typed. */
type Typed = { readonly [name in keyof Limits]?: string };

/** What each limit is called on the command line, and in a list. */
const words: { readonly [name in keyof Limits]-?: readonly [option: string, of: string] } = {
  runsPerHour: ["--runs-per-hour", "runs an hour"],
  queued: ["--queued", "waiting"],
  callsPerMinute: ["--calls-per-minute", "calls a minute"],
};

/** `clipwork token create`: prints the token, once. Returns the exit code. */
export async function tokenCreateCommand(
  terminal: Terminal,
  {
    name,
    scope,
    data: asked,
    json = false,
    ...typed
  }: Options & Typed & { readonly name: string; readonly scope: Scope },
): Promise<number> {
  if (!isTokenName(name)) {
    const remedy = "Use up to 40 small letters, digits and dashes, such as phone or anna-laptop.";
    return refuse(terminal, [inputProblem("bad-name", `${JSON.stringify(name)} names no token.`, remedy)], json);
  }
  const limits: { -readonly [name in keyof Limits]: number } = {};
  for (const limit of limitNames) {
    const text = typed[limit];
    if (text === undefined) continue;
    if (!/^\d{1,7}$/.test(text) || Number(text) > largestLimit) {
      const message = `${words[limit][0]} cannot be ${JSON.stringify(text)}.`;
      const remedy = `Give a whole number up to ${largestLimit}, or leave it out for no limit.`;
      return refuse(terminal, [inputProblem("bad-limit", message, remedy)], json);
    }
    limits[limit] = Number(text);
  }
  const data = dataFolder(asked);
  const trouble = await dataFolderTrouble(data);
  if (trouble) return refuse(terminal, [inputProblem("bad-folder", trouble.message, trouble.remedy)], json);
  await openDataFolder(data);
  const token = createToken(data, name, scope, limits);
  if (token === undefined) {
    const remedy = `Give another name, or take it back first: ${called} token revoke ${name}.`;
    return refuse(terminal, [inputProblem("name-taken", `There is a token "${name}" already.`, remedy)], json);
  }
  noteCommand(terminal, data, "token create", name);
  if (json) terminal.out(JSON.stringify({ name, scope, limits, token }));
  else {
    terminal.err(
      "This is shown once. Open the server's address with ?token= and it, or send it as Authorization: Bearer.",
    );
    terminal.out(token);
  }
  return exitCodes.done;
}

/** `clipwork token list`: prints names, scopes, limits, and when each was made and last used. Returns the exit code. */
export async function tokenListCommand(terminal: Terminal, { data: asked, json = false }: Options): Promise<number> {
  const data = dataFolder(asked);
  const trouble = tokensTrouble(data);
  if (trouble) return refuse(terminal, [inputProblem("bad-folder", trouble.message, trouble.remedy)], json);
  const uses = readUses(data);
  const tokens = listTokens(data).map(({ name, scope, created, limits, hash }) => {
    const used = uses.get(hash);
    const times = { created: new Date(created).toISOString(), ...(used && { used: new Date(used).toISOString() }) };
    return { name, scope, limits, ...times };
  });
  if (json) terminal.out(JSON.stringify({ tokens }, undefined, 2));
  else if (tokens.length === 0)
    terminal.out("No tokens were given. The server's own is in the file token of its data folder.");
  else for (const token of tokens) terminal.out(inWords(token));
  return exitCodes.done;
}

function inWords(token: { name: string; scope: Scope; limits: Limits; created: string; used?: string }): string {
  const { name, scope, limits, created, used } = token;
  const bounds = limitNames.flatMap((limit) =>
    limits[limit] === undefined ? [] : [`${limits[limit]} ${words[limit][1]}`],
  );
  const parts = [
    name,
    scope,
    ...(bounds.length > 0 ? [`at most ${bounds.join(", ")}`] : []),
    `since ${created.slice(0, 10)}`,
  ];
  return [...parts, used === undefined ? "never used" : `last used ${used.slice(0, 16).replace("T", " ")} UTC`].join(
    "  ",
  );
}

/** Writes down that somebody with the data folder gave a token, or took one back. It is done already: that it cannot be noted is a warning. */
function noteCommand(terminal: Terminal, data: string, what: string, token: string): void {
  try {
    const log = new AuditLog(data);
    log.changed({ who: "command line", what, about: { token }, outcome: exitCodes.done });
    log.close();
  } catch (error) {
    const message = `The audit log has no entry of this: ${(error as Error).message}`;
    const remedy = "Free some space, or allow writing to the folder audit of the data folder.";
    tellProblem(terminal, { code: "not-noted", severity: "warning", message, remedy });
  }
}

/** `clipwork token revoke`: the token opens nothing from now on. Returns the exit code. */
export async function tokenRevokeCommand(
  terminal: Terminal,
  { name, data: asked, json = false }: Options & { readonly name: string },
): Promise<number> {
  const data = dataFolder(asked);
  const trouble = tokensTrouble(data);
  if (trouble) return refuse(terminal, [inputProblem("bad-folder", trouble.message, trouble.remedy)], json);
  if (!revokeToken(data, name)) {
    const remedy = `${called} token list shows those that there are.`;
    return refuse(terminal, [inputProblem("no-token", `There is no token ${JSON.stringify(name)}.`, remedy)], json);
  }
  noteCommand(terminal, data, "token revoke", name);
  terminal.out(json ? JSON.stringify({ revoked: name }) : `${name} opens nothing any more.`);
  return exitCodes.done;
}
