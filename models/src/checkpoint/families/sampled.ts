import { join } from "node:path";
import type { Scheduler } from "../../stages/scheduler.ts";
import { fieldsBeside } from "../beside.ts";
import type { StageDraft } from "../draft.ts";
import { openNetwork } from "../network.ts";
import { readJson } from "../read-json.ts";
import { readSchedulerConfig } from "../scheduler-config.ts";
import type { TemplateLibrary } from "../template.ts";
import { clip } from "./clip.ts";

/** Steps and guidance that the authors of Karlo and of Kandinsky take for their priors. */
const defaults = { steps: 25, guidanceScale: 4 };

/** The scheduler of a folder of diffusers. */
export async function readScheduler(folder: string): Promise<Scheduler> {
  const path = join(folder, "scheduler_config.json");
  return readSchedulerConfig(await readJson(path), path);
}

/** The diffusion prior of a pipeline, whose scheduler is in that folder of it. */
export async function priorPart(library: TemplateLibrary, folder: string, scheduler: string): Promise<StageDraft> {
  const network = await openNetwork(library, join(folder, "prior"), "prior");
  const section = { space: clip, text: clip, scheduler: await readScheduler(join(folder, scheduler)), defaults };
  return { network, section: { ...section, ...(await fieldsBeside(network)) } };
}
