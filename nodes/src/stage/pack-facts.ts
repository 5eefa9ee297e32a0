import { NodeError, type PackFacts, type Refinement } from "@clipwork/engine";
import { arrayDigests, named, type Pack, partsOf, stageDigests } from "@clipwork/models";

/** The CLIP space of a pack that sockets call its own, with its name and how many numbers an embedding has. Throws NodeError if it has none. */
export function ownSpace({ manifest }: Pick<Pack, "manifest">): { readonly name: string; readonly dimension: number } {
  const space = [...partsOf(manifest).values()].map(({ facts }) => facts.space).find((fact) => fact !== undefined);
  if (typeof space !== "object")
    throw new NodeError(`The pack "${manifest.name}" has no CLIP space.`, "Choose a pack that has one.");
  return { name: space.name, dimension: named(manifest.spaces, space.name).dimension };
}

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
