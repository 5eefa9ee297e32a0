import { isRecord } from "./read-node.ts";
import { definitionOf, type WorkflowJson } from "./workflow-json.ts";

/**
 * The definition and those within it, each before those that it contains, unless they contain one another. Of a document as it is written:
 * what makes no sense in it contains nothing.
 */
export function definitionsWithin(
  { definitions = {} }: Pick<WorkflowJson, "definitions">,
  id: string,
): ReadonlySet<string> {
  const found = new Set<string>();
  const done: string[] = [];
  const visit = (id: string) => {
    if (found.has(id) || !Object.hasOwn(definitions, id)) return;
    found.add(id);
    for (const inner of innerDefinitions(definitions[id])) visit(inner);
    done.push(id);
  };
  visit(id);
  return new Set(done.reverse());
}

/** The ids of the definitions that the nodes of a definition are instances of. */
export function innerDefinitions(definition: unknown): readonly string[] {
  const nodes = isRecord(definition) && isRecord(definition.nodes) ? Object.values(definition.nodes) : [];
  return nodes.flatMap((node) => definitionOfNode(node) ?? []);
}

/** The id of the definition that a node, as it is written, is an instance of. */
export function definitionOfNode(node: unknown): string | undefined {
  return isRecord(node) && typeof node.type === "string" ? definitionOf(node.type) : undefined;
}
