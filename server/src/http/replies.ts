// What comes back, as schemas for the description of the API: `satisfies` keeps them true to the wire's types.
import { z } from "zod";
import type * as wire from "../wire/wire.ts";
import { hash, priority, revisionReason, runId, runState, settings, workflowId } from "./schemas.ts";

const time = z.number().meta({ description: "Milliseconds since 1970." });
const workflow = z
  .looseObject({
    format: z.literal("clipwork/1"),
    nodes: z.record(z.string(), z.looseObject({ type: z.string(), version: z.number() })),
  })
  .meta({ id: "Workflow", description: "A workflow; docs/nodes.md lists what its nodes may be." });
const problem = z
  .object({
    code: z.string(),
    severity: z.enum(["error", "warning"]),
    node: z.string().exactOptional(),
    port: z.string().exactOptional(),
    message: z.string(),
    remedy: z.string(),
  })
  .meta({
    id: "WorkflowProblem",
    description: "One thing that is wrong with a workflow: where, what, and what to do.",
  });

export const errorReply = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    remedy: z.string(),
    problems: z.array(problem).exactOptional(),
  })
  .meta({
    id: "Error",
    description: "A problem of RFC 9457, with what to do about it.",
  }) satisfies z.ZodType<wire.ErrorBody>;

const view = z.looseObject({ kind: z.string() }).meta({
  id: "View",
  description: "What a value looks like: a picture, embedding, text, table, plot, file, or other data.",
});
const runOutput = z
  .object({
    node: z.string(),
    item: z.int(),
    name: z.string(),
    kind: z.string(),
    view: view as unknown as z.ZodType<wire.View>,
    files: z.array(z.object({ ending: z.string(), media: z.string(), hash, bytes: z.int().exactOptional() })),
    picture: hash.exactOptional(),
    thumbnail: hash.exactOptional(),
    width: z.int().exactOptional(),
    height: z.int().exactOptional(),
    settings: z
      .array(z.object({ node: z.string(), param: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) }))
      .exactOptional()
      .meta({ description: "What links put into parameters for this item." }),
  })
  .meta({ id: "RunOutput" }) satisfies z.ZodType<wire.RunOutput>;

const runFields = {
  id: runId,
  state: runState,
  title: z.string(),
  workflow: workflowId.exactOptional(),
  owner: z.string().exactOptional(),
  priority,
  caption: z.string().exactOptional(),
  seed: z.number().exactOptional(),
  created: time,
  started: time.exactOptional(),
  ended: time.exactOptional(),
  position: z.int().exactOptional(),
  held: z.object({ message: z.string(), remedy: z.string() }).exactOptional(),
  msLeft: z.number().exactOptional(),
  stopping: z.boolean().exactOptional(),
  progress: z.object({ done: z.int(), all: z.int() }).exactOptional(),
  error: z.string().exactOptional(),
  outputs: z.array(runOutput),
};
export const runSummary = z.object(runFields).meta({ id: "RunSummary" }) satisfies z.ZodType<wire.RunSummary>;
export const runDetail = z
  .object({
    ...runFields,
    document: workflow,
    set: settings,
    targets: z.array(z.string()).exactOptional(),
    warnings: z.array(problem),
    seq: z.int(),
  })
  .meta({ id: "RunDetail" });

const queueHead = {
  ...{ paused: z.boolean(), waiting: z.int() },
  held: z.object({ message: z.string(), remedy: z.string() }).exactOptional(),
};
export const queueReply = z
  .object({ ...queueHead, running: z.array(runSummary), next: z.array(runSummary) })
  .meta({ id: "Queue" }) satisfies z.ZodType<wire.QueueReply>;
/** How many runs were cancelled or deleted. */
export const countReply = z.object({ count: z.int() });

export const forecastReply = z.object({
  nodes: z.array(
    z.object({
      node: z.string(),
      state: z.enum(["cached", "would run", "not needed", "would fail", "unknown"]),
      kind: z.string().exactOptional(),
      items: z.int().exactOptional(),
    }),
  ),
  kinds: z.record(z.string(), z.object({ ms: z.number(), warm: z.boolean() })),
  ms: z.number().exactOptional(),
  disk: z.object({ bytes: z.number(), free: z.number() }).exactOptional(),
}) satisfies z.ZodType<wire.ForecastReply>;

const event = z
  .looseObject({ event: z.string(), seq: z.int(), run: runId, time })
  .meta({ id: "Event", description: "Something that happened in a run; docs/api.md lists the kinds." });
export const eventsReply = z.object({ events: z.array(event), seq: z.int() });

const workflowFields = { id: workflowId, title: z.string(), revision: z.int(), created: time, updated: time };
const workflowSummary = z
  .object(workflowFields)
  .meta({ id: "WorkflowSummary" }) satisfies z.ZodType<wire.WorkflowSummary>;
export const savedWorkflow = z.object({ ...workflowFields, document: workflow }).meta({ id: "SavedWorkflow" });
const revisionFields = { revision: z.int(), title: z.string(), time, reason: revisionReason };
export const historyReply = z.object({
  items: z.array(z.object(revisionFields) satisfies z.ZodType<wire.RevisionSummary>),
});
export const savedRevision = z.object({ ...revisionFields, document: workflow }).meta({ id: "SavedRevision" });

export const compareReply = z.object({
  values: z.object({ different: z.array(z.string()), equal: z.int() }).exactOptional(),
}) satisfies z.ZodType<wire.CompareReply>;

/** A page of a list. */
const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().exactOptional() });
export const runPage = page(runSummary) satisfies z.ZodType<wire.Page<wire.RunSummary>>;
export const workflowPage = page(workflowSummary) satisfies z.ZodType<wire.Page<wire.WorkflowSummary>>;

export const uploadReply = z
  .union([
    z.object({
      asset: hash,
      width: z.int(),
      height: z.int(),
      thumbnail: hash,
      document: workflow.exactOptional(),
      stages: z.record(z.string(), z.string()).exactOptional(),
    }),
    z.object({ asset: hash, rows: z.int(), columns: z.int() }),
  ])
  .meta({ id: "Upload" });

export const nodesReply = z.object({
  nodes: z.array(z.looseObject({ type: z.string(), version: z.int(), title: z.string() })),
  kinds: z.array(
    z.object({
      kind: z.string(),
      hue: z.number().exactOptional(),
      card: z.enum(["square", "strip"]).exactOptional(),
    }) satisfies z.ZodType<wire.NodesReply["kinds"][number]>,
  ),
});
export const packsReply = z.object({ packs: z.array(z.looseObject({ name: z.string() })) });
export const nodePacksReply = z.object({
  packs: z.array(
    z
      .object({
        name: z.string(),
        folder: z.string(),
        version: z.string().exactOptional(),
        description: z.string().exactOptional(),
        author: z.string().exactOptional(),
        licence: z.string().exactOptional(),
        homepage: z.string().exactOptional(),
        types: z.array(z.string()),
        unusable: z.object({ message: z.string(), remedy: z.string() }).exactOptional(),
      })
      .meta({ id: "NodePack" }),
  ),
}) satisfies z.ZodType<wire.NodePacksReply>;
export const templatesReply = z.object({
  templates: z.array(
    z.object({ id: z.string(), title: z.string(), group: z.string(), summary: z.string(), document: workflow }),
  ),
});
export const versionReply = z.object({
  version: z.string(),
  versions: z.record(z.string(), z.string()),
  called: z.object({ command: z.string(), workflows: z.string().exactOptional() }),
}) satisfies z.ZodType<wire.VersionReply>;
const scope = z.enum(["view", "run", "edit", "administer"]);
const limit = z.int().exactOptional();
export const accessReply = z.object({
  name: z.string(),
  scope,
  token: z.boolean(),
  may: z.array(scope),
  limits: z.object({ runsPerHour: limit, queued: limit, callsPerMinute: limit }),
  used: z.object({ runsPerHour: z.int(), queued: z.int() }).exactOptional(),
}) satisfies z.ZodType<wire.AccessReply>;
export const auditReply = z.object({
  items: z.array(
    z.object({
      time: z.string(),
      who: z.string(),
      session: z.string().exactOptional(),
      from: z.string().exactOptional(),
      what: z.string(),
      about: z.record(z.string(), z.string()).exactOptional(),
      outcome: z.int(),
      times: z.int().exactOptional(),
    }),
  ),
  next: z.string().exactOptional(),
}) satisfies z.ZodType<wire.AuditReply>;
export const healthReply = z.object({
  status: z.enum(["ok", "starting", "stopping", "worker-lost"]),
  provider: z.string(),
}) satisfies z.ZodType<wire.HealthReply>;
export const workersReply = z.object({
  workers: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      pid: z.int(),
      version: z.string(),
      provider: z.string(),
      memory: z.int(),
      packs: z.array(z.object({ name: z.string(), warm: z.boolean().exactOptional() })),
      state: z.enum(["idle", "busy", "draining", "gone"]),
      runs: z.array(z.object({ run: runId, since: time })),
      since: time,
      heard: time,
    }),
  ),
}) satisfies z.ZodType<wire.WorkersReply>;
