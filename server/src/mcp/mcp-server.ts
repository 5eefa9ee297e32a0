import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { ServerClient } from "../client/server-client.ts";
import { addChecking } from "./check.ts";
import { addKnowing } from "./know.ts";
import { addRuns } from "./runs.ts";

const instructions = `Clipwork paints pictures from captions with unCLIP, by workflows: graphs of typed nodes.
Begin with list_templates; run_workflow with a template and values (prompt, seed) returns the pictures. To change more than values, take a
template's document from read_workflow, change it by what list_nodes and describe_node say, and check it with validate_workflow.`;

/** The most elements in what a tool is given: a workflow of a few thousand nodes. */
const maxElements = 100_000;

/** Clipwork for agents, by the Model Context Protocol: tools that ask the server of `client`, under its rules of access. */
export function mcpServer(client: ServerClient, version: string): McpServer {
  const server = new McpServer(
    { name: "clipwork", version },
    { instructions, capabilities: { tools: {} }, maxToolInputElements: maxElements },
  );
  addKnowing(server, client);
  addChecking(server, client);
  addRuns(server, client);
  return server;
}
