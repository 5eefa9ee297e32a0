import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { ServerClient } from "../client/server-client.ts";
import type { ForecastReply } from "../wire/wire.ts";
import { addTool, asJson, asText } from "./tool.ts";
import { submission, submitted } from "./which.ts";

/** Adds the tools that check a workflow and say what a run would do. They run nothing. */
export function addChecking(server: McpServer, client: ServerClient): void {
  const forecast = async (given: Parameters<typeof submitted>[1]) =>
    client.json<ForecastReply>("POST", "/forecast", await submitted(client, given));

  addTool(
    server,
    "validate_workflow",
    {
      title: "Validate a workflow",
      description:
        "Checks a workflow with its values and runs nothing. Returns every problem at once, each with its node and a remedy.",
      takes: submission,
      effect: "reads",
    },
    async (given) => {
      const { nodes } = await forecast(given);
      return [asText(`The workflow can be run: ${nodes.length} nodes.`)];
    },
  );

  addTool(
    server,
    "explain_workflow",
    {
      title: "Explain a workflow",
      description:
        "Says for each node what a run would do now (run it, take its kept value, leave it out), and how long it may take.",
      takes: submission,
      effect: "reads",
    },
    async (given) => {
      const { nodes, ms } = await forecast(given);
      const states = nodes.map(({ node, state, items }) => ({ node, state, ...(items !== undefined && { items }) }));
      return [asJson({ nodes: states, ...(ms !== undefined && { seconds: Math.round(ms) / 1000 }) })];
    },
  );
}
