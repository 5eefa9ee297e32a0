import type { Document } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { againOutput, loopOutput } from "../document/rounds.ts";
import { show } from "../document/wording.ts";
import type { PlanNode } from "./plan.ts";

/** A problem of a node between rounds, which no document has, as one of the loop and of the output for which the node is there. */
export function atLoop(problem: Problem, document: Document): Problem {
  const { code, node = "", port } = problem;
  const { between } = betweenOf(node, document, port);
  if (!between) return problem;
  const { loop, output } = between;
  if (port?.startsWith(againOutput) && code === "wrong-type")
    return {
      ...problem,
      ...{ node: loop, port: output },
      message: `The loop "${loop}" goes on as long as its output ${show(output)} is true, but that gives something else than true or false.`,
      remedy: `Open the subgraph and let ${show(output)} give true or false.`,
    };
  const inWords = (text: string) => text.replaceAll(`"${node}.${port}"`, `"${loop}.${output}"`);
  return { ...problem, node: loop, port: output, message: inWords(problem.message), remedy: inWords(problem.remedy) };
}

/** What a node between rounds, or one of its ports, is there for, by name; nothing for any other node. */
export function betweenOf(id: string, { instances }: Document, port?: string): Pick<PlanNode, "between"> {
  const found = loopOutput(id, port);
  const names = found && instances.get(found.loop)?.outputNames;
  if (!names) return {};
  const { loop, output } = found;
  return { between: { loop, output: output === againOutput ? output : names[output - 1]! } };
}

/** Whether a link leads from a round of a loop into the next one, by the ids of its ends. */
export function isCarried(from: string, to: string): boolean {
  const [before, after] = [from.split("/"), to.split("/")];
  const at = before.findIndex((part, i) => part !== after[i]);
  return at > 0 && /^\d+$/.test(before[at]!) && Number(after[at]) === Number(before[at]) + 1;
}
