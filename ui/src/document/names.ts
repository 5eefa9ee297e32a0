import type { AnyCatalogue, WorkflowJson } from "@clipwork/engine";

/**
 * What people read for each node of a workflow: the title of its type, with a number from the second of the same title on. A type that
 * is not in the catalogue has its own name for a title.
 */
export function nodeNames(nodes: WorkflowJson["nodes"], catalogue: AnyCatalogue): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  return new Map(
    Object.entries(nodes).map(([id, { type }]) => {
      const title = catalogue.get(type)?.title ?? type;
      const count = (counts.get(title) ?? 0) + 1;
      counts.set(title, count);
      return [id, count === 1 ? title : `${title} ${count}`];
    }),
  );
}
