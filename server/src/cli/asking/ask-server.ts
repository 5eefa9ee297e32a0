import { Refused, ServerClient } from "../../client/server-client.ts";
import { exitCodes, inputProblem, refuse, type Terminal, visible } from "../../terminal/terminal.ts";

export type AskOptions = {
  /** As the server printed it, with the token if it has one. */
  readonly server: string;
  readonly json?: boolean;
};

/** Asks a running server, and prints what it says: as JSON, or as the lines that `linesOf` makes of it. Returns the exit code. */
export async function askServer<T>(
  terminal: Terminal,
  { server, json = false }: AskOptions,
  ask: readonly [method: string, path: string, body?: object],
  linesOf: (answer: T) => readonly string[],
): Promise<number> {
  let answer: T;
  try {
    answer = await new ServerClient(server).json<T>(...ask);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return refuse(terminal, [inputProblem("no-server", error.message, error.remedy)], json);
  }
  if (json) terminal.out(JSON.stringify(answer, undefined, 2));
  else for (const line of linesOf(answer)) terminal.out(visible(line));
  return exitCodes.done;
}
