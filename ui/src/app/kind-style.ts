import { type AnyCatalogue, kindsOf } from "@clipwork/engine";

/** The stages of a picture have hues far from one another, so that they are told apart at a glance. */
const stages: { readonly [group: string]: number } = {
  text: 95,
  clip: 200,
  prior: 300,
  decoder: 5,
  upsampler: 45,
  guidance: 330,
  latent: 270,
  image: 155,
  probe: 230,
  evaluate: 120,
};

/**
 * CSS that gives sockets and links the hue of their kind, and groups of node types their own if they are a stage, else that of the kind which they
 * make most.
 */
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

/** The hue of a stage; else of the first outputs of a group's types the one that is found most often, of several the first. */
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
  return new Map([...counts].map(([group, hues]) => [group, stages[group] ?? most(hues)]));
}
