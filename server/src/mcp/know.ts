import type { NodeTypeJson } from "@clipwork/engine";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { Refused, type ServerClient } from "../client/server-client.ts";
import type { NodesReply, Page, TemplatesReply, WorkflowSummary } from "../wire/wire.ts";
import { addTool, asJson, asText } from "./tool.ts";
import { documentOf, which } from "./which.ts";

/** Adds the tools that tell what there is: node types, templates, saved workflows. */
export function addKnowing(server: McpServer, client: ServerClient): void {
  const nodes = async (): Promise<readonly NodeTypeJson[]> => (await client.json<NodesReply>("GET", "/nodes")).nodes;

  addTool(
    server,
    "list_nodes",
    {
      title: "List node types",
      description: "Lists the node types that workflows can use, one a line: type, title and what it does.",
      takes: { search: z.string().max(100).optional().describe("Only those that have this word.") },
      effect: "reads",
    },
    async ({ search = "" }) => {
      const lines = (await nodes()).map(({ type, title, summary }) => `${type} (${title}): ${summary}`);
      const found = lines.filter((line) => line.toLowerCase().includes(search.toLowerCase()));
      return [asText(found.length > 0 ? found.join("\n") : `No node type has the word ${JSON.stringify(search)}.`)];
    },
  );

  addTool(
    server,
    "describe_node",
    {
      title: "Describe a node type",
      description: "Says all about a node type: its version, inputs, outputs and parameters, with types and defaults.",
      takes: { type: z.string().max(200).describe("A node type, such as prior.diffusion.") },
      effect: "reads",
    },
    async ({ type }) => {
      const found = (await nodes()).find((node) => node.type === type);
      if (!found) throw new Refused(`There is no node type ${type}.`, "Ask list_nodes which there are.");
      return [asJson(found)];
    },
  );

  addTool(
    server,
    "list_templates",
    {
      title: "List templates",
      description: "Lists the workflows that come with Clipwork, with what each makes and which values it takes.",
      takes: {},
      effect: "reads",
    },
    async () => {
      const { templates } = await client.json<TemplatesReply>("GET", "/templates");
      return [
        asJson(
          templates.map(({ id, title, summary, document }) => {
            const values = Object.keys(document.exposed ?? {});
            return { id, title, makes: summary, values };
          }),
        ),
      ];
    },
  );

  addTool(
    server,
    "list_workflows",
    {
      title: "List saved workflows",
      description: "Lists the workflows that people saved on this server, newest first.",
      takes: {},
      effect: "reads",
    },
    async () => {
      const { items } = await client.json<Page<WorkflowSummary>>("GET", "/workflows");
      return [asJson(items.map(({ id, title, updated }) => ({ id, title, updated: new Date(updated).toISOString() })))];
    },
  );

  addTool(
    server,
    "read_workflow",
    {
      title: "Read a workflow",
      description: "Returns the document of a template or of a saved workflow, to be changed and run as a document.",
      takes: { template: which.template, workflow: which.workflow },
      effect: "reads",
    },
    async (given) => [asJson(await documentOf(client, given))],
  );
}
