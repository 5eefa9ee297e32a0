import { known, optional, readFields, readObject, readVector } from "../fields/fields.ts";
import { named } from "../fields/named.ts";
import { otherTextEncoder } from "./beside.ts";
import { defineStage, references, spaceFact } from "./define-stage.ts";
import { type StageFiles, stageFiles } from "./files.ts";
import { readDefaults, readPresets, readScheduler, type Sampled } from "./scheduler.ts";
import { textFacts } from "./text-encoder.ts";

/**
 * `sample`, `timestep`, `text_embedding`, `text_states`, `text_mask`, `keep_text` → `output [N, D]`, an image embedding of its
 * space. With the scheduler "once" it is computed in one call from noise (ECLIPSE, Patel et al. 2024), else sampled.
 */
export type Prior = StageFiles & {
  readonly role: "prior";
  readonly space: string;
  readonly text?: string;
  /** If the network works on standardised embeddings: raw = x · std + mean after the last step. */
  readonly normalisation?: { readonly mean: readonly number[]; readonly std: readonly number[] };
} & (Sampled | { readonly scheduler: "once" });

export const prior = defineStage<Prior>({
  role: "prior",
  read: (section, field, pack) => {
    const { space, text } = references(pack);
    const { scheduler: given, space: spaceName } = readObject(section, field);
    const { dimension } = named(pack.spaces, space(spaceName, `${field}.space`));
    const vector = (least: number, most: number) => (value: unknown, at: string) =>
      readVector(value, at, dimension, least, most);
    const common = {
      role: known("prior"),
      ...stageFiles,
      space,
      text: optional(text),
      normalisation: optional((value, at) =>
        readFields(value, at, { mean: vector(-1e6, 1e6), std: vector(1e-9, 1e6) }),
      ),
    };
    if (given === "once") return readFields(section, field, { ...common, scheduler: known(given) });
    const scheduler = readScheduler(given, `${field}.scheduler`);
    return readFields(section, field, {
      ...common,
      scheduler: known(scheduler),
      defaults: (value, at) => readDefaults(value, at, scheduler),
      presets: optional((value, at) => readPresets(value, at, scheduler)),
    });
  },
  countsBeside: ({ text }, pack) => otherTextEncoder(pack, text),
  facts: ({ space, text }, pack) => ({ part: "prior", facts: { ...spaceFact(pack, space), ...textFacts(pack, text) } }),
});
