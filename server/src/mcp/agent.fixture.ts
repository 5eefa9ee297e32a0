import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { ServerClient } from "../client/server-client.ts";
import { mcpServer } from "./mcp-server.ts";

/** An agent whose tools ask the server of that address, which has a token if it needs one; all in this process. */
export async function agentOf(address: string) {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: "test", version: "1" });
  await Promise.all([mcpServer(new ServerClient(address), "1").connect(far), client.connect(near)]);
  return {
    tools: (await client.listTools()).tools,
    call: async (name: string, given: Record<string, unknown>) =>
      (await client.callTool({ name, arguments: given })) as CallToolResult,
    close: () => client.close(),
  };
}
