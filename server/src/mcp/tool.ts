import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { CallToolResult, ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";
import type { z } from "zod";
import { Refused } from "../client/server-client.ts";

/** The most characters of a text that an agent is sent. */
export const maxText = 60_000;

/** Progress and cancelling of one call. */
export type Call = RequestHandlerExtra<ServerRequest, ServerNotification>;
export type Content = CallToolResult["content"][number];

/** What a tool does to the server. */
type Effect = "reads" | "runs" | "removes";

const underWay = new WeakMap<McpServer, Set<Promise<unknown>>>();

/** Resolves when no call of the server is under way any more: one that was cancelled may still have to cancel its run. */
export async function callsOver(server: McpServer): Promise<void> {
  await Promise.allSettled(underWay.get(server) ?? []);
}

/** Adds a tool. What it returns is sent as it is; what a server refuses becomes an error that the agent can read and act on. */
export function addTool<Shape extends z.ZodRawShape>(
  server: McpServer,
  name: string,
  about: {
    readonly title: string;
    readonly description: string;
    readonly takes: Shape;
    readonly effect: Effect;
  },
  act: (given: z.output<z.ZodObject<Shape>>, call: Call) => Promise<readonly Content[]>,
): void {
  const { title, description, takes, effect } = about;
  const annotations = {
    readOnlyHint: effect === "reads",
    destructiveHint: effect === "removes",
    idempotentHint: effect !== "runs",
    openWorldHint: false,
  };
  const answer = async (given: unknown, call: Call): Promise<CallToolResult> => {
    try {
      return { content: [...(await act(given as z.output<z.ZodObject<Shape>>, call))] };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { message, remedy, problems } = error;
      return { isError: true, content: [asJson({ error: message, remedy, ...(problems.length > 0 && { problems }) })] };
    }
  };
  const handle = (given: unknown, call: Call): Promise<CallToolResult> => {
    const answered = answer(given, call);
    const calls = underWay.get(server) ?? new Set();
    underWay.set(server, calls.add(answered));
    const over = () => void calls.delete(answered);
    answered.then(over, over);
    return answered;
  };
  server.registerTool(name, { title, description, inputSchema: takes, annotations }, handle as never);
}

/** A text, cut where it is longer than an agent is sent, which is said. */
export function asText(text: string): Content {
  const cut = text.length - maxText;
  return { type: "text", text: cut > 0 ? `${text.slice(0, maxText)}\n… ${cut} more characters are left out.` : text };
}

/** The JSON of a value, under the same limit. */
export function asJson(value: unknown): Content {
  return asText(JSON.stringify(value, undefined, 1));
}
