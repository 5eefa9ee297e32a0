import { type AnyCatalogue, kindsOf } from "@clipwork/engine";

/** CSS that gives sockets and links the hue of their kind, and groups of node types that of the kind which they make most. */
export function kindStyle(catalogue: AnyCatalogue): string {
  const kinds = [...kindsOf(catalogue).values()].flatMap(({ kind, hue }) =>
    hue === undefined ? [] : [`[data-kind="${kind}"] { --kind: ${colour(hue)}; }`],
  );
  const groups = [...huesByGroup(catalogue)].map(
    ([group, hue]) => `[data-group="${group}"] { --group: ${colour(hue)}; }`,
  );
  return [...kinds, ...groups].join("\n");
}

/** As light and as colourful as the theme has it. A hue is a number, and CSS takes any. */
function colour(hue: number): string {
  return `oklch(var(--kind-lightness) var(--kind-chroma) ${Number(hue)})`;
}

/** Of the first outputs of a group's types the hue that is found most often; of several the first. */
function huesByGroup(catalogue: AnyCatalogue): ReadonlyMap<string, number> {
  const counts = new Map<string, Map<number, number>>();
  for (const { type, outputs } of catalogue.values()) {
    const [group] = type.split(".") as [string];
    const { hue } = Object.values(outputs)[0]?.of ?? {};
    if (hue === undefined) continue;
    const hues = counts.get(group) ?? new Map<number, number>();
    counts.set(group, hues.set(hue, (hues.get(hue) ?? 0) + 1));
  }
  const most = (hues: ReadonlyMap<number, number>) =>
    [...hues].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
  return new Map([...counts].map(([group, hues]) => [group, most(hues)]));
}
