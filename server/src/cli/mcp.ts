import type { Provider } from "@clipwork/models/onnx";
import { Refused, ServerClient } from "../client/server-client.ts";
import { versions } from "../data-folder/versions.ts";
import { serveStdio } from "../mcp/serve-stdio.ts";
import { exitCodes, inputProblem, refuse, type Terminal, tellProblem } from "../terminal/terminal.ts";

export type McpCommandOptions = {
  /** The address of a running server; without it one is started for this command alone, on this machine and a free port. */
  readonly server?: string;
  readonly provider?: Provider | "auto";
  readonly data?: string;
};

/** `clipwork mcp`: serves an agent over standard input and output until it goes. Returns the exit code. */
export async function mcpCommand(terminal: Terminal, options: McpCommandOptions): Promise<number> {
  const { server: address, ...own } = options;
  const serveAgent = async (url: string) => {
    const client = new ServerClient(url);
    // A server that does not answer, or asks for another token, is told before an agent believes that it has tools.
    await client.json("GET", "/version");
    await serveStdio(client, versions().clipwork!);
    return exitCodes.done;
  };
  try {
    if (address !== undefined) return await serveAgent(address);
    const { openServer } = await import("./serve.ts");
    // Standard output is the agent's.
    const opened = await openServer({ ...own, port: "0", host: "127.0.0.1", allowHost: [] }, (problem) =>
      tellProblem({ ...terminal, out: terminal.err }, problem),
    );
    if ("problems" in opened)
      return refuse(
        terminal,
        opened.problems.map((one) => (one.code === "folder-in-use" ? { ...one, remedy: useThatServer } : one)),
        false,
      );
    try {
      return await serveAgent(opened.url);
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return refuse(terminal, [inputProblem("no-server", error.message, error.remedy)], false);
  }
}

const useThatServer = "Name its address with --server, as it printed it, or another folder with --data.";
