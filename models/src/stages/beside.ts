import { type AnyStage, type PackBody, stagesOf } from "./define-stage.ts";
import { textEncoderOf } from "./text-encoder.ts";

/** The names by which a section refers to other parts of the manifest. What they stand for counts, not what it is called. */
const references = ["space", "text", "latent", "condition", "finishes"];

/** What counts of a stage in a digest: its graph and weights by content, and the numbers in its section. */
export function whatCounts({ file: _, externalData = [], ...rest }: AnyStage): object {
  const own = Object.entries(rest).filter(([field]) => !references.includes(field));
  return { ...Object.fromEntries(own), externalData: externalData.map(({ sha256 }) => sha256) };
}

/**
 * What counts of the encoder of a stage's captions if it is not the pack's first. The digest of the first counts by itself in
 * the fingerprints of the nodes that take captions.
 */
export function otherTextEncoder(pack: PackBody, text: string | undefined): object | null {
  const found = textEncoderOf(pack, text);
  const [first] = stagesOf(pack, "text-encoder");
  return found && found[0] !== first![0] ? whatCounts(found[1]) : null;
}
