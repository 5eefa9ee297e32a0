import { z } from "zod";
import { Refused, type ServerClient } from "../client/server-client.ts";
import type { SavedWorkflow, SubmitRun, TemplatesReply } from "../wire/wire.ts";

/** How an agent says which workflow it means: one of these. */
export const which = {
  template: z.string().max(100).optional().describe("The id of a template, as list_templates has it."),
  workflow: z.uuid().optional().describe("The id of a saved workflow, as list_workflows has it."),
  document: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("A workflow document of its own (format clipwork/1)."),
};

export type Which = {
  readonly template?: string | undefined;
  readonly workflow?: string | undefined;
  readonly document?: { readonly [field: string]: unknown } | undefined;
};

const setting = z.union([z.string().max(100_000), z.number(), z.boolean()]);

/** Which workflow, and with which values. */
export const submission = {
  ...which,
  values: z
    .record(z.string().max(650), setting)
    .optional()
    .describe("Values for what the workflow exposes, such as prompt and seed."),
  targets: z.array(z.string().max(650)).max(1000).optional().describe("Ids of nodes to run instead of the outputs."),
  fresh: z.boolean().optional().describe("Compute everything again, kept values too."),
};

type Given = Which & {
  readonly values?: { readonly [name: string]: string | number | boolean } | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly fresh?: boolean | undefined;
};

/** The body of a run or a forecast. Throws Refused unless exactly one workflow is named, and it exists. */
export async function submitted(client: ServerClient, given: Given): Promise<SubmitRun> {
  const { values, targets, fresh, workflow } = given;
  const more = { ...(values && { set: values }), ...(targets && { targets }), ...(fresh && { fresh }) };
  return { ...(workflow === undefined ? { document: await documentOf(client, given) } : { workflow }), ...more };
}

/** The document that is meant. Throws Refused unless exactly one is named, and it exists. */
export async function documentOf(client: ServerClient, given: Which): Promise<unknown> {
  const { template, workflow, document } = given;
  if ([template, workflow, document].filter((one) => one !== undefined).length !== 1)
    throw new Refused("It is not clear which workflow is meant.", "Give one of template, workflow and document.");
  if (document) return document;
  if (workflow !== undefined) return (await client.json<SavedWorkflow>("GET", `/workflows/${workflow}`)).document;
  const { templates } = await client.json<TemplatesReply>("GET", "/templates");
  const found = templates.find(({ id }) => id === template);
  if (found) return found.document;
  throw new Refused(`There is no template ${template}.`, `There are ${templates.map(({ id }) => id).join(", ")}.`);
}
