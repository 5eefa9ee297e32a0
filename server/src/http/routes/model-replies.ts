// What comes back about model packs, as schemas: `satisfies` keeps them true to the wire's types.
import { z } from "zod";
import type * as wire from "../../wire/wire.ts";
import { hash, modelChoices, packName, runId } from "../schemas.ts";

const trouble = z.object({ message: z.string(), remedy: z.string() });

const licence = z.object({
  repository: z.string(),
  name: z.string(),
  page: z.string(),
  text: z.string().exactOptional(),
  bytes: z.number(),
}) satisfies z.ZodType<wire.ModelLicence>;

const progress = z.object({
  file: z.string(),
  done: z.number(),
  all: z.number(),
  bytesPerSecond: z.number().exactOptional(),
  secondsLeft: z.number().exactOptional(),
}) satisfies z.ZodType<wire.DownloadProgress>;

export const jobReply = z
  .object({
    id: runId,
    kind: z.enum(["add", "verify"]),
    subject: z.string(),
    ...modelChoices,
    state: z.enum(["working", "asking", "finished", "failed", "cancelled"]),
    doing: z.string(),
    licence: licence.exactOptional(),
    progress: progress.exactOptional(),
    error: trouble.exactOptional(),
    pack: z.string().exactOptional(),
  })
  .meta({ id: "ModelJob" }) satisfies z.ZodType<wire.ModelJob>;

export const jobsReply = z.object({ jobs: z.array(jobReply) });

const installed = z
  .object({
    name: packName,
    title: z.string(),
    licence: z.string(),
    folder: z.string(),
    bytes: z.number(),
    own: z.number(),
    removable: z.boolean(),
    stages: z.array(z.object({ stage: z.string(), role: z.string(), bytes: z.number() })),
    spaces: z.array(z.object({ name: z.string(), dimension: z.int() })),
    origin: z.object({ from: z.string(), revision: z.string(), accepted: z.string() }).exactOptional(),
    unusable: trouble.exactOptional(),
  })
  .meta({ id: "InstalledPack" }) satisfies z.ZodType<wire.InstalledPack>;

export const modelsReply = z.object({
  packs: z.array(installed),
  downloads: z.array(z.object({ id: hash, source: z.string(), ...modelChoices, bytes: z.number() })),
  jobs: z.array(jobReply),
  hub: z.object({ endpoint: z.string(), token: z.boolean(), offline: z.boolean() }),
  free: z.number(),
}) satisfies z.ZodType<wire.ModelsReply>;
