// The wire's types as schemas: `satisfies` keeps the two from drifting apart.
import { z } from "zod";
import type { RunSettings } from "../queue/port.ts";
import type { AddModel, CompareItems, CreateWorkflow, Priority, SubmitRun, UpdateWorkflow } from "../wire/wire.ts";

export const runId = z.uuid("is not the id of a run").meta({ description: "The id of a run." });
export const workflowId = z.uuid("is not the id of a workflow").meta({ description: "The id of a saved workflow." });
export const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "is not a hash of 64 hexadecimal digits in small letters")
  .meta({ description: "SHA-256 of the bytes." });

/** A whole number in the text of a query. */
export const count = (max: number) => z.coerce.number().int().min(0).max(max);

/** The longest address of a parameter: eight instances within one another, a node and a parameter, each of 64 signs. */
const longestAddress = 10 * 65;

export const settings = z.record(
  z.string().max(longestAddress),
  z.union([z.string().max(100_000), z.number(), z.boolean()]),
) satisfies z.ZodType<RunSettings>;

export const priority = z.enum(["high", "normal", "low"]) satisfies z.ZodType<Priority>;

export const submitRun = z.strictObject({
  document: z.unknown().exactOptional().meta({ description: "A workflow, as the editor saves it." }),
  workflow: workflowId.exactOptional(),
  set: settings.exactOptional(),
  targets: z.array(z.string().max(longestAddress)).max(10_000).exactOptional(),
  fresh: z.boolean().exactOptional(),
  first: z.boolean().exactOptional(),
  priority: priority.exactOptional(),
  passing: z.string().min(1).max(100).exactOptional(),
  cancelIfGone: z
    .boolean()
    .exactOptional()
    .meta({ description: "Cancel it if whoever asks is gone before the answer has left." }),
}) satisfies z.ZodType<SubmitRun>;

export const movedRun = z.union([
  z.strictObject({ position: z.int().min(0).max(1_000_000) }),
  z.strictObject({ priority }),
]);

export const changedQueue = z.strictObject({ paused: z.boolean() });

export const runState = z.enum(["queued", "running", "finished", "failed", "cancelled"]);
/** A state to list, or all that are ends. */
export const listedState = z.enum([...runState.options, "ended"]);

export const revisionReason = z.enum(["saved", "run", "edit"]);

const title = z.string().trim().min(1).max(200);
const document = z.unknown().meta({ description: "A workflow, as the editor saves it." });
const revision = z.int().min(1);

const reason = revisionReason.exactOptional().meta({ description: "Why the revision is kept; `saved` if absent." });

export const createWorkflow = z.strictObject({
  id: workflowId.exactOptional(),
  title,
  document,
  reason,
}) satisfies z.ZodType<CreateWorkflow>;
const itemOfRun = z.strictObject({ run: runId, node: z.string().max(64), item: z.int().min(0) });
export const compareItems = z.strictObject({ before: itemOfRun, now: itemOfRun }) satisfies z.ZodType<CompareItems>;
export const updateWorkflow = z.strictObject({ title, document, revision, reason }) satisfies z.ZodType<UpdateWorkflow>;
export const restoreWorkflow = z.strictObject({ revision, from: revision });

/** The number of a revision in an address. */
export const revisionNumber = z.coerce.number().int().min(1);

/** The `next` of a page of workflows. */
export const workflowCursor = z.string().regex(/^\d{1,15}_[0-9a-f-]{36}$/, "is not the next of a page");

export const packName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, "is not the name of a model pack")
  .meta({ description: "The name of a model pack." });
export const weightVariant = z.enum(["fp16", "bf16"]).meta({ description: "Weights of 16 bits." });
/** The weights that are written in place of published ones. */
export const int8 = z.literal("int8");
export const modelChoices = {
  name: packName.exactOptional(),
  variant: weightVariant.exactOptional(),
  for: packName.exactOptional(),
  weights: int8.exactOptional(),
  sha256: hash.exactOptional(),
};
export const addModel = z.strictObject({
  source: z
    .string()
    .trim()
    .min(1)
    .max(400)
    .meta({ description: "ORG/NAME, ORG/NAME@REVISION, its page's address, or another address of a folder or file." }),
  ...modelChoices,
}) satisfies z.ZodType<AddModel>;
