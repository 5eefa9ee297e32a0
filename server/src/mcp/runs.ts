import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { Refused, type ServerClient } from "../client/server-client.ts";
import type { Page, RunDetail, RunSummary } from "../wire/wire.ts";
import { followRun } from "./follow-run.ts";
import { aboutOutput, readOutput } from "./outputs.ts";
import { addTool, asJson, type Call, type Content } from "./tool.ts";
import { submission, submitted } from "./which.ts";

/** Pictures that come with the end of a run; the others can be read one by one. */
const shownPictures = 4;
/** Outputs that are listed. */
const listedOutputs = 100;

const run = z.uuid().describe("The id of a run.");

/** Adds the tools that run workflows and read what runs made. */
export function addRuns(server: McpServer, client: ServerClient): void {
  const detail = (id: string) => client.json<RunDetail>("GET", `/runs/${id}`);

  addTool(
    server,
    "run_workflow",
    {
      title: "Run a workflow",
      description:
        "Runs a template, a saved workflow or a document with values. Waits for its end, reports progress and returns its pictures; cancelling the call cancels the run.",
      takes: {
        ...submission,
        wait: z.boolean().default(true).describe("false: return the id at once, and ask get_run later."),
      },
      effect: "runs",
    },
    async ({ wait, ...given }, call) => {
      const body = await submitted(client, given);
      // Not under the signal: a run that is queued all the same would go on unseen.
      const { id } = await client.json<RunDetail>("POST", "/runs", body);
      if (!wait) return [asJson({ run: id, state: "queued" })];
      await followed(client, id, call);
      return ended(client, await detail(id), call.signal);
    },
  );

  addTool(
    server,
    "get_run",
    {
      title: "Look at a run",
      description:
        "Says how a run stands: its state, how far it is, its outputs or why it failed. With its pictures once it has ended.",
      takes: { run },
      effect: "reads",
    },
    async (given, { signal }) => ended(client, await detail(given.run), signal),
  );

  addTool(
    server,
    "list_runs",
    {
      title: "List runs",
      description: "Lists runs, newest first, with state, title, caption and seed.",
      takes: {
        state: z.enum(["queued", "running", "finished", "failed", "cancelled", "ended"]).optional(),
        limit: z.int().min(1).max(100).default(20),
      },
      effect: "reads",
    },
    async ({ state, limit }) => {
      const filter = state === undefined ? "" : `&state=${state}`;
      const { items } = await client.json<Page<RunSummary>>("GET", `/runs?limit=${limit}${filter}`);
      return [asJson(items.map(aboutRun))];
    },
  );

  addTool(
    server,
    "cancel_run",
    {
      title: "Cancel a run",
      description: "Cancels a run that waits or runs: at its next step, or at once when asked again.",
      takes: { run },
      effect: "removes",
    },
    async (given) => [asJson(aboutRun(await client.json<RunDetail>("POST", `/runs/${given.run}/cancel`)))],
  );

  addTool(
    server,
    "read_output",
    {
      title: "Read an output of a run",
      description:
        "Returns what an output of a run made: a picture as an image, a table as CSV, anything else as text.",
      takes: {
        run,
        node: z.string().max(650).describe("The id of the output's node."),
        item: z.int().min(0).default(0),
        from: z.int().min(0).default(0).describe("The first row of a table."),
        rows: z.int().min(1).max(1000).default(100).describe("How many rows of a table."),
      },
      effect: "reads",
    },
    async ({ run: id, node, item, ...part }, { signal }) => {
      const { outputs } = await detail(id);
      const output = outputs.find((one) => one.node === node && one.item === item);
      if (output) return readOutput(client, output, { ...part, signal });
      const known = outputs.slice(0, listedOutputs).map((one) => `${one.node} ${one.item}`);
      throw new Refused(`The run has no output ${node} ${item}.`, `It has ${known.join(", ") || "none yet"}.`);
    },
  );
}

/** Follows a run to its end, for a call: with progress, if that was asked for, and cancels it with the call. */
async function followed(client: ServerClient, id: string, { signal, _meta, sendNotification }: Call): Promise<void> {
  const progressToken = _meta?.progressToken;
  // Progress must grow with each notification, and a node that begins is news as well.
  let progress = 0;
  try {
    await followRun(client, id, {
      signal,
      tell({ done, all, message }) {
        if (progressToken === undefined) return;
        progress = Math.max(done, progress + 0.001);
        const params = { progressToken, progress, ...(all > 0 && { total: Math.max(all, progress) }), message };
        // Whoever has gone away hears no more, and cancels the call.
        void sendNotification({ method: "notifications/progress", params }).catch(() => {});
      },
    });
  } catch (error) {
    if (signal.aborted) await client.json("POST", `/runs/${id}/cancel`);
    throw error;
  }
}

async function ended(client: ServerClient, run: RunDetail, signal: AbortSignal): Promise<readonly Content[]> {
  const { outputs } = run;
  const about = { ...aboutRun(run), outputs: outputs.slice(0, listedOutputs).map(aboutOutput) };
  const pictures: Content[] = [];
  for (const output of outputs.filter(({ picture }) => picture !== undefined).slice(0, shownPictures))
    pictures.push(...(await readOutput(client, output, { from: 0, rows: 0, signal })));
  return [asJson(about), ...pictures];
}

function aboutRun({ id, state, title, caption, seed, error, progress, created, outputs }: RunSummary): object {
  const known = { caption, seed, error, progress };
  const rest = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  return { run: id, state, title, ...rest, created: new Date(created).toISOString(), outputs: outputs.length };
}
