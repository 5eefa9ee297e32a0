import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Workflow } from "./clipwork.fixture.ts";

/** The shipped workflow that keeps a table, a plot, an array, data and a text, on the random pack and with few seeds. */
export function measured(count = 2): Workflow {
  const path = join(import.meta.dirname, "..", "..", "workflows", "measured-embeddings.json");
  const workflow: Workflow = JSON.parse(readFileSync(path, "utf8"));
  for (const { params } of Object.values(workflow.nodes) as { params?: { [name: string]: unknown } }[])
    if (params?.pack) params.pack = "random-pack";
  Object.assign(workflow.nodes.seeds!.params!, { count });
  workflow.nodes.caption!.params = { text: "red cube" };
  return workflow;
}
