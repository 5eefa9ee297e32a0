import { type AnyPlanNode, paramOf, planNodes } from "@clipwork/engine";
import type { PreparedRun } from "./prepare-run.ts";

/** Characters of a caption in a list. */
const maxCaption = 300;

/** What a run is about, in a line of a list: its caption and its seed, as far as it has them. */
export type Gist = { readonly caption?: string; readonly seed?: number };

/** Reads what the workflow exposes as `prompt` and `seed`; else the first text of several lines, and the first seed, in its plan. */
export function gistOf({ document, plan }: Pick<PreparedRun, "document" | "plan">): Gist {
  const nodes = planNodes(plan);
  const exposed = (name: string) => {
    const [end] = document.exposed.get(name) ?? [];
    return end && nodes.get(end.node)?.params[end.port];
  };
  const first = (is: (node: AnyPlanNode, param: string) => boolean) => {
    for (const node of plan.nodes)
      for (const [param, value] of Object.entries(node.params)) if (is(node, param)) return value;
    return undefined;
  };
  const text = exposed("prompt") ?? first((node, param) => isCaption(node, param));
  const seed = exposed("seed") ?? first(({ definition }, param) => paramOf(definition, param).kind === "seed");
  return {
    ...(typeof text === "string" && text !== "" ? { caption: text.slice(0, maxCaption) } : {}),
    ...(typeof seed === "number" ? { seed } : {}),
  };
}

function isCaption({ definition }: AnyPlanNode, param: string): boolean {
  const declared = paramOf(definition, param);
  return declared.kind === "text" && declared.multiline === true;
}
