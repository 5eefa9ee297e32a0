import { once } from "node:events";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { ServerClient } from "../client/server-client.ts";
import { mcpServer } from "./mcp-server.ts";
import { callsOver } from "./tool.ts";

/** The longest message of an agent, in bytes: more than a workflow of the largest size. */
const maxMessage = 32 * 2 ** 20;

/** Serves one agent over standard input and output, which are its alone, until it closes them or the process is told to end. */
export async function serveStdio(client: ServerClient, version: string): Promise<void> {
  const server = mcpServer(client, version);
  const closed = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
  });
  const ended = Promise.race([closed, once(process.stdin, "end"), once(process, "SIGINT"), once(process, "SIGTERM")]);
  await server.connect(new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: maxMessage }));
  await ended;
  await server.close();
  await callsOver(server);
}
