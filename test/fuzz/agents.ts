// Agents' calls of every tool, with tokens of every scope: each is answered, or refused with what is wrong and what to do.
import assert from "node:assert/strict";
import fc from "fast-check";
import { scopes } from "../../server/src/access/scopes.ts";
import { agentOf } from "../../server/src/mcp/agent.fixture.ts";
import { aroundSchema, type Known, resolved, type Schema } from "./from-schema.ts";
import type { Guarded } from "./guarded.ts";
import { type Target, workflowsNearly } from "./readers.ts";

export const agentTargets = (guarded: Guarded): readonly Target[] => [
  {
    name: "tools of agents",
    async property() {
      const agents = await Promise.all(
        scopes.map((scope) => agentOf(`${guarded.server.url}/?token=${guarded.tokens[scope].at(-1)}`)),
      );
      const known: Known = { texts: (like) => guarded.ids.filter((one) => like.test(one)), anything: workflowsNearly };
      const calls = agents[0]!.tools.map(({ name, inputSchema }) => {
        const schema = resolved(inputSchema, (inputSchema as { $defs?: Record<string, Schema> }).$defs ?? {});
        return fc.record({ name: fc.constant(name), given: aroundSchema(schema, known) });
      });
      return fc.asyncProperty(fc.nat({ max: scopes.length - 1 }), fc.oneof(...calls), async (i, { name, given }) => {
        const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
        const { content, isError } = await agents[i]!.call(
          name,
          isObject ? (given as Record<string, unknown>) : { given },
        );
        const text = content.map((one) => ("text" in one ? one.text : "")).join("\n");
        guarded.expectWell(text);
        guarded.learn(text);
        if (isError && !text.startsWith("MCP error -32602")) assert.ok(JSON.parse(text).remedy, text);
      });
    },
    after: async () => guarded.expectOutsideUnchanged(),
  },
];
