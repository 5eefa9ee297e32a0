import type { Scope } from "../access/scopes.ts";
import { createToken, isTokenName, listTokens, revokeToken } from "../access/tokens.ts";
import { dataFolder, dataFolderTrouble, openDataFolder } from "../data-folder/data-folder.ts";
import { exitCodes, inputProblem, refuse, type Terminal } from "../terminal/terminal.ts";

type Options = { readonly data?: string; readonly json?: boolean };

/** `clipwork token create`: prints the token, once. Returns the exit code. */
export async function tokenCreateCommand(
  terminal: Terminal,
  { name, scope, data: asked, json = false }: Options & { readonly name: string; readonly scope: Scope },
): Promise<number> {
  if (!isTokenName(name)) {
    const remedy = "Use up to 40 small letters, digits and dashes, such as phone or anna-laptop.";
    return refuse(terminal, [inputProblem("bad-name", `${JSON.stringify(name)} names no token.`, remedy)], json);
  }
  const data = dataFolder(asked);
  const trouble = await dataFolderTrouble(data);
  if (trouble) return refuse(terminal, [inputProblem("bad-folder", trouble.message, trouble.remedy)], json);
  await openDataFolder(data);
  const token = createToken(data, name, scope);
  if (token === undefined) {
    const remedy = `Give another name, or take it back first: clipwork token revoke ${name}.`;
    return refuse(terminal, [inputProblem("name-taken", `There is a token "${name}" already.`, remedy)], json);
  }
  if (json) terminal.out(JSON.stringify({ name, scope, token }));
  else {
    terminal.err(
      "This is shown once. Open the server's address with ?token= and it, or send it as Authorization: Bearer.",
    );
    terminal.out(token);
  }
  return exitCodes.done;
}

/** `clipwork token list`: prints names, scopes and when each was made. Returns the exit code. */
export async function tokenListCommand(terminal: Terminal, { data, json = false }: Options): Promise<number> {
  const tokens = listTokens(dataFolder(data)).map(({ name, scope, created }) => {
    return { name, scope, created: new Date(created).toISOString() };
  });
  if (json) terminal.out(JSON.stringify({ tokens }, undefined, 2));
  else if (tokens.length === 0)
    terminal.out("No tokens were given. The server's own is in the file token of its data folder.");
  else for (const { name, scope, created } of tokens) terminal.out(`${name}  ${scope}  since ${created.slice(0, 10)}`);
  return exitCodes.done;
}

/** `clipwork token revoke`: the token opens nothing from now on. Returns the exit code. */
export async function tokenRevokeCommand(
  terminal: Terminal,
  { name, data, json = false }: Options & { readonly name: string },
): Promise<number> {
  if (!revokeToken(dataFolder(data), name)) {
    const remedy = "clipwork token list shows those that there are.";
    return refuse(terminal, [inputProblem("no-token", `There is no token ${JSON.stringify(name)}.`, remedy)], json);
  }
  terminal.out(json ? JSON.stringify({ revoked: name }) : `${name} opens nothing any more.`);
  return exitCodes.done;
}
