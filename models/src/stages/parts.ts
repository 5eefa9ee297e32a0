import type { PackBody, StageFacts } from "./define-stage.ts";
import { roleNamed } from "./roles.ts";

/** The stage that plays a part. */
export type Part = { readonly stage: string; readonly facts: StageFacts["facts"] };

/** The parts that the pack's stages play, by what nodes ask for. If two stages play one part, the manifest's first is taken. */
export function partsOf(pack: PackBody): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>();
  for (const [stage, section] of Object.entries(pack.stages)) {
    const played = roleNamed(section.role).facts(section, pack, stage);
    if (played && !parts.has(played.part)) parts.set(played.part, { stage, facts: played.facts });
  }
  return parts;
}
