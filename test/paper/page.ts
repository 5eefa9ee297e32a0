import type { Claim, Finding } from "./claim.ts";
import { type Direction, directionOf, type Estimate } from "./estimate.ts";

/** Pictures a claim of a whole reproduction. */
export const fullSamples = 300;

/** A claim that was tried. */
export type Tried = {
  readonly name: string;
  readonly claim: Claim;
  readonly finding: Finding;
  /** How many pictures its workflow paints. */
  readonly painted: number;
};

/** The page of docs/reproduction.md. `samples` is what was asked for, pictures a claim; `of` is how many claims there are to try. */
export function reproductionPage(
  tried: readonly Tried[],
  { samples, of, intro }: { readonly samples: number; readonly of: number; readonly intro: string },
): string {
  const painted = tried.reduce((sum, one) => sum + one.painted, 0);
  const facts = `These are the figures of \`npm run paper -- --samples ${samples}\`: ${tried.length} of ${of} claims, ${painted} pictures of 64 pixels.${
    samples < fullSamples
      ? ` A short run, whose intervals are wide: the full one is \`npm run paper\`, ${fullSamples} pictures a claim.`
      : ""
  }`;
  const head = "| Claim | The paper | Here | Difference, 95 % interval | Direction |\n| --- | --- | --- | --- | --- |";
  const rows = tried.flatMap(({ claim, finding }) =>
    finding.comparisons.map(
      ({ name, difference }) =>
        `| [${claim.title}](#${anchorOf(claim.title)}) | ${claim.source} | ${name} | ${show(difference)} | ${loud(directionOf(difference))} |`,
    ),
  );
  return [intro.trimEnd(), facts, [head, ...rows].join("\n"), ...tried.map(section)].join("\n\n").concat("\n");
}

function section({ name, claim, finding, painted }: Tried): string {
  const measured = finding.measured.map((one) => `| ${one.name} | ${show(one.estimate)} | ${one.items} |`);
  const compared = finding.comparisons.map(
    (one) => `| ${one.name} | ${show(one.difference)} | ${loud(directionOf(one.difference))} |`,
  );
  const rows = finding.pictures.map(([row]) => row).join("; ");
  return [
    `## ${claim.title}`,
    `**The paper, ${claim.source}:** ${claim.paper}`,
    ["| Measured | Value, 95 % interval | Items |", "| --- | --- | --- |", ...measured].join("\n"),
    ["| Compared | Difference, 95 % interval | Direction |", "| --- | --- | --- |", ...compared].join("\n"),
    ...(finding.notes ?? []),
    `![${claim.title}](images/reproduction/${name}.webp)`,
    `Rows: ${rows}.`,
    `[workflows/${claim.workflow}](../workflows/${claim.workflow}), ${painted} pictures.`,
  ].join("\n\n");
}

/** "0.75 (0.51 to 0.90)". */
export function show({ value, low, high }: Estimate): string {
  const digits = (one: number) => one.toFixed(2).replace(/^-0\.00$/, "0.00");
  return `${digits(value)} (${digits(low)} to ${digits(high)})`;
}

/** What speaks against the paper stands out. */
function loud(direction: Direction): string {
  return direction === "holds" ? direction : `**${direction}**`;
}

/** A heading's anchor as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}
