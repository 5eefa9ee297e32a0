import type { PackJson, UploadedPicture } from "@clipwork/server/wire";

/** What is said of a picture whose networks are not those that are here. */
export type OtherWeights = { readonly text: string; readonly more: string };

/**
 * What there is to say of a picture that packs of other weights or settings made: each pack whose recorded networks are not those of
 * the pack of that name here. Undefined if all are the same, or if the picture does not record them. Packs that are not here at all are
 * problems of the workflow.
 */
export function otherWeights(
  { stages = {} }: Pick<UploadedPicture, "stages">,
  packs: readonly PackJson[],
): OtherWeights | undefined {
  const changed = packs.flatMap((pack) => {
    if (!("facts" in pack)) return [];
    const isOther = ([name, digest]: readonly [string, string]) => {
      const [owner, part = ""] = name.split("/");
      return owner === pack.name && part !== "arrays" && pack.facts.stages[part] !== digest;
    };
    return Object.entries(stages).some(isOther) ? [pack] : [];
  });
  if (changed.length === 0) return undefined;
  const titles = changed.map(({ title }) => title).join(" and ");
  const offers = changed.map(({ title, version }) => `${title} ${version}`).join(" and ");
  return {
    text: `The ${titles} that made this picture is not here.`,
    more: `Run draws it anew with ${offers}: another picture of the same workflow.`,
  };
}
