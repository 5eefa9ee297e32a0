import type { AnyPlanNode } from "../plan/plan.ts";

type Named = Pick<AnyPlanNode, "id" | "between">;

/** An output of a node as its reader knows it: of a node between rounds that of the loop. */
export function outputInWords({ id, between }: Named, port: string): string {
  return between ? `"${between.loop}.${between.output}"` : `"${id}.${port}"`;
}

/** What is wrong with two inputs of a node whose lists differ in length, and what to do. */
export function lengthsInWords(
  { id, between }: Named,
  longest: { readonly port: string; readonly length: number },
  other: { readonly port: string; readonly length: number },
): { readonly message: string; readonly remedy: string } {
  if (!between)
    return {
      message: `Its inputs have lists of different lengths: "${longest.port}" has ${longest.length} items, "${other.port}" has ${other.length}.`,
      remedy: "Give both the same number of items, or one of them a single item.",
    };
  const [first, second] = [longest, other].map(({ port, length }) => `${roundInWords(id, port)} gave ${length}`);
  return {
    message: `The rounds of "${between.loop}" gave lists of different lengths for its output "${between.output}": ${first} items, ${second}.`,
    remedy: "Let every round give the same number of items, or a single one.",
  };
}

/** What feeds a port of a node between rounds. */
function roundInWords(id: string, port: string): string {
  const own = Number(/\/(\d+)\/out(?:\/|$)/.exec(id)?.[1]);
  const round = Number(/\d+$/.exec(port)?.[0] ?? own);
  if (port.startsWith("again")) return `what decides on round ${round}`;
  return port === "kept" ? `the rounds before ${round}` : `round ${round}`;
}
