import { type AnyStage, type PackBody, stagesOf } from "./define-stage.ts";
import { textEncoderOf } from "./text-encoder.ts";

/** The fields that refer to other parts of the manifest by name. What a name stands for counts, not the name. */
const references = ["space", "text", "latent", "condition", "finishes"];

/** What a digest covers of a stage: its graph and weights by content, and the numbers in its section. */
export function whatCounts({ file: _, externalData = [], ...rest }: AnyStage): object {
  const own = Object.entries(rest).filter(([field]) => !references.includes(field));
  return {
    ...Object.fromEntries(own),
    ...presetsThatCount(rest),
    externalData: externalData.map(({ sha256 }) => sha256),
  };
}

/** The presets of a stage without their names, which change nothing: what each sampler takes. */
function presetsThatCount(stage: Omit<AnyStage, "file">): object {
  if (!("presets" in stage) || !stage.presets) return {};
  return { presets: Object.fromEntries(Object.values(stage.presets).map(({ sampler, steps }) => [sampler, steps])) };
}

/**
 * What a digest covers of the encoder of a stage's captions; null if there is none, or if it is the pack's first text encoder,
 * whose own digest is part of the fingerprint of every node that takes captions.
 */
export function otherTextEncoder(pack: PackBody, text: string | undefined): object | null {
  const found = textEncoderOf(pack, text);
  const [first] = stagesOf(pack, "text-encoder");
  return found && found[0] !== first?.[0] ? whatCounts(found[1]) : null;
}
