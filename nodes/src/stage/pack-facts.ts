import { createHash } from "node:crypto";
import type { PackFacts, Refinement } from "@clipwork/engine";
import { type Pack, stageDigests } from "@clipwork/models";

/** What validation must know of a pack: its CLIP space, its picture sizes, the digest of each stage. */
export function packFacts(pack: Pick<Pack, "manifest">): PackFacts {
  const { name, clip, stages } = pack.manifest;
  const digests = stageDigests(pack);
  // Embeddings are comparable where they come from the same CLIP weights, whatever the pack is called.
  const id = createHash("sha256")
    .update(`${digests["clip-text"]} ${digests["clip-image"] ?? ""}`)
    .digest("hex");
  const sizes = Object.entries({
    "decoder.size": stages.decoder?.size,
    "upsampler-256.size": stages["upsampler-256"]?.size,
    "upsampler-256.conditionSize": stages["upsampler-256"]?.conditionSize,
    "upsampler-1024.size": stages["upsampler-1024"]?.size,
    "upsampler-1024.conditionSize": stages["upsampler-1024"]?.conditionSize,
  }).filter((entry): entry is [string, number] => entry[1] !== undefined);
  const refinements: Record<string, Refinement> = { space: { id, name: clip.name }, ...Object.fromEntries(sizes) };
  return { name, refinements, stages: digests };
}
