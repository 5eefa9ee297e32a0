import type { Problem } from "@clipwork/engine";
import { readWorkflow } from "../documents/read-workflow.ts";
import { compareFacts, type DifferentFact, differentValues } from "../outputs/compare-runs.ts";
import { type Described, diffWorkflows } from "../outputs/diff-workflows.ts";
import { haveEqualFiles, type RunRecord, readRecord } from "../outputs/run-record.ts";
import { type ShownChange, sameInRounds } from "../outputs/same-in-rounds.ts";
import { exitCodes, refuse, type Terminal, visible } from "../terminal/terminal.ts";
import { describeFact } from "./replay.ts";

type Side = Described & { readonly record?: RunRecord };

/** What the records of two outputs tell of the values of their nodes, and of their pictures or else their files. */
type Values = {
  readonly pixels?: "equal" | "different";
  readonly files?: "equal" | "different";
  readonly equal: number;
  readonly different: readonly string[];
};

/**
 * `clipwork diff`: what differs between two workflows, or between the runs that two files were made by. Runs nothing; exits like
 * diff(1): 0 nothing, 1 something.
 */
export async function diffCommand(
  terminal: Terminal,
  options: { readonly a: string; readonly b: string; readonly json?: boolean },
): Promise<number> {
  const [a, b] = [await readSide(options.a), await readSide(options.b)];
  const problems = [a, b].flatMap((side) => ("problems" in side ? side.problems : []));
  if ("problems" in a || "problems" in b) return refuse(terminal, problems, options.json === true);
  const changes = diffWorkflows(a, b);
  const facts = a.record && b.record ? compareFacts(a.record, b.record) : [];
  const values = a.record && b.record ? compareValues(a.record, b.record) : undefined;
  if (options.json) terminal.out(JSON.stringify({ event: "compared", changes, facts, values: values ?? null }));
  else tell(terminal, sameInRounds(changes, a.document, b.document), facts, values);
  const different = (values?.different.length ?? 0) > 0 || contentOf(values) === "different";
  return changes.length + facts.length === 0 && !different ? exitCodes.done : exitCodes.failed;
}

async function readSide(path: string): Promise<Side | { readonly problems: readonly Problem[] }> {
  const { document, run, problems } = await readWorkflow(path);
  if (!document) return { problems };
  if (!run) return { document };
  try {
    const record = readRecord(run);
    return { document, parameters: record.parameters, record };
  } catch (error) {
    const message = `The file ${path} does not tell how it was made. ${(error as Error).message}`;
    const remedy = "Use an undamaged file that Clipwork wrote.";
    return { problems: [{ code: "no-record", severity: "error", message, remedy }] };
  }
}

function compareValues(a: RunRecord, b: RunRecord): Values {
  const different = new Set(differentValues(a.values, b.values).map(({ node }) => node));
  const nodes = new Set([...a.values, ...b.values].map(([node]) => node));
  const content = haveEqualFiles(a, b) ? "equal" : "different";
  return {
    ...([a, b].every(({ kind }) => kind === "image") ? { pixels: content } : { files: content }),
    equal: nodes.size - different.size,
    different: [...different],
  };
}

function contentOf(values: Values | undefined): "equal" | "different" | undefined {
  return values?.pixels ?? values?.files;
}

function tell(
  terminal: Terminal,
  changes: readonly ShownChange[],
  facts: readonly DifferentFact[],
  values: Values | undefined,
): void {
  for (const change of changes) terminal.out(visible(describeChange(change)));
  for (const fact of facts) terminal.out(visible(describeFact(fact)));
  if (changes.length === 0) terminal.out("The workflows compute the same.");
  if (!values) return;
  const { equal, different } = values;
  if (equal + different.length > 0) {
    const list = different.length > 0 ? `; different: ${different.join(", ")}` : "";
    terminal.out(visible(`values of ${equal} ${equal === 1 ? "node" : "nodes"} are equal${list}`));
  } else terminal.out("The pictures do not record the values of their nodes.");
  terminal.out(`The ${values.pixels ? "pixels" : "files"} are ${contentOf(values)}.`);
}

function describeChange(change: ShownChange): string {
  const everywhere = change.inEveryRound ? " in every round" : "";
  if ("type" in change) return `${change.change === "added" ? "+" : "-"} ${change.node} (${change.type})${everywhere}`;
  const { node, name, before, now } = change;
  const written = (value: unknown) => {
    if (value === undefined) return "nothing";
    if (change.change !== "parameter") return String(value);
    return value === null ? "the pack's own" : JSON.stringify(value);
  };
  const place = name === undefined ? `${node} (${change.change})` : `${node}.${name}`;
  const kind = change.change === "wiring" ? "link " : "";
  return `${place}: ${kind}${written(before)} → ${written(now)}${everywhere}`;
}
