import { readFile } from "node:fs/promises";
import type { Problem } from "@clipwork/engine";
import { readPngRun, readWorkflow } from "../documents/read-workflow.ts";
import { isPng } from "../files/png.ts";
import { compareFacts, type DifferentFact, differentValues } from "../pictures/compare-runs.ts";
import { type Described, diffWorkflows, type WorkflowChange } from "../pictures/diff-workflows.ts";
import { type PictureRun, readRecord } from "../pictures/picture-run.ts";
import { exitCodes, refuse, type Terminal, visible } from "../terminal/terminal.ts";
import { describeFact } from "./replay.ts";

type Side = Described & { readonly run?: PictureRun };

/** What two pictures tell of the values of their nodes. */
type Values = { readonly pixels: "equal" | "different"; readonly equal: number; readonly different: readonly string[] };

/** `clipwork diff`: what differs between two workflows or pictures. Runs nothing; exits like diff(1): 0 nothing, 1 something. */
export async function diffCommand(
  terminal: Terminal,
  options: { readonly a: string; readonly b: string; readonly json?: boolean },
): Promise<number> {
  const [a, b] = [await readSide(options.a), await readSide(options.b)];
  const problems = [a, b].flatMap((side) => ("problems" in side ? side.problems : []));
  if ("problems" in a || "problems" in b) return refuse(terminal, problems, options.json === true);
  const changes = diffWorkflows(a, b);
  const facts = a.run && b.run ? compareFacts(a.run, b.run) : [];
  const values = a.run && b.run ? compareValues(a.run, b.run) : undefined;
  if (options.json) terminal.out(JSON.stringify({ event: "compared", changes, facts, values: values ?? null }));
  else tell(terminal, changes, facts, values);
  const same = changes.length + facts.length + (values?.different.length ?? 0) === 0 && values?.pixels !== "different";
  return same ? exitCodes.done : exitCodes.failed;
}

async function readSide(path: string): Promise<Side | { readonly problems: readonly Problem[] }> {
  const { document, problems } = await readWorkflow(path);
  if (!document) return { problems };
  const bytes = await readFile(path);
  if (!isPng(bytes)) return { document };
  try {
    const run = readRecord(readPngRun(bytes));
    return { document, parameters: run.parameters, run };
  } catch (error) {
    const message = `The picture ${path} does not tell how it was made. ${(error as Error).message}`;
    const remedy = "Use an undamaged picture that Clipwork wrote.";
    return { problems: [{ code: "no-record", severity: "error", message, remedy }] };
  }
}

function compareValues(a: PictureRun, b: PictureRun): Values {
  const different = new Set(differentValues(a.values, b.values).map(({ node }) => node));
  const nodes = new Set([...a.values, ...b.values].map(([node]) => node));
  return {
    pixels: a.pixels === b.pixels ? "equal" : "different",
    equal: nodes.size - different.size,
    different: [...different],
  };
}

function tell(
  terminal: Terminal,
  changes: readonly WorkflowChange[],
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
  terminal.out(`The pixels are ${values.pixels}.`);
}

function describeChange(change: WorkflowChange): string {
  if ("type" in change) return `${change.change === "added" ? "+" : "-"} ${change.node} (${change.type})`;
  const { node, name, before, now } = change;
  const written = (value: unknown) => {
    if (value === undefined) return "nothing";
    if (change.change !== "parameter") return String(value);
    return value === null ? "the pack's own" : JSON.stringify(value);
  };
  const place = name === undefined ? `${node} (${change.change})` : `${node}.${name}`;
  return `${place}: ${change.change === "wiring" ? "link " : ""}${written(before)} → ${written(now)}`;
}
