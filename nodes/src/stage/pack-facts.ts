import type { PackFacts, Refinement } from "@clipwork/engine";
import { arrayDigests, named, type Pack, partsOf, stageDigests } from "@clipwork/models";

/**
 * What validation needs to know about a pack, by the parts that its stages play: the facts of each, as "decoder.size", and the
 * digest of its stage; and the digests of its arrays. "space" is the CLIP space of the first part that has one.
 */
export function packFacts(pack: Pick<Pack, "manifest">): PackFacts {
  const digests = stageDigests(pack);
  const parts = [...partsOf(pack.manifest)];
  const refinements = parts.flatMap(([part, { facts }]) =>
    Object.entries(facts).map(([name, fact]): [string, Refinement] => [`${part}.${name}`, fact]),
  );
  const space = refinements.find(([key]) => key.endsWith(".space"))?.[1];
  return {
    name: pack.manifest.name,
    refinements: { ...(space === undefined ? {} : { space }), ...Object.fromEntries(refinements) },
    stages: Object.fromEntries(parts.map(([part, { stage }]) => [part, named(digests, stage)])),
    arrays: arrayDigests(pack),
  };
}
