import type { Document } from "../document/document.ts";
import type { Graph } from "./graph.ts";
import type { NodeSet } from "./scope.ts";
import type { Types } from "./type-check.ts";

/** The types with those of the outputs of instances, which are those of the nodes inside that give them. */
export function typesOf(document: Document, types: ReadonlyMap<string, Types>): ReadonlyMap<string, Types> {
  if (document.instances.size === 0) return types;
  const ofInstances = [...document.instances].map(([id, { outputs }]) => {
    const known = [...outputs].flatMap(([port, { node, port: inner }]) => {
      const type = types.get(node)?.[inner];
      return type ? [[port, type] as const] : [];
    });
    return [id, Object.fromEntries(known)] as const;
  });
  return new Map([...types, ...ofInstances]);
}

/** The chosen nodes. An instance stands for the nodes that give its outputs and for the outputs inside it, or else for all inside. */
export function nodesOf(targets: readonly string[], document: Document, graph: Graph): readonly string[] {
  const chosen = new Map(
    targets.flatMap((id) => (document.instances.has(id) ? [[id, new Set<string>()] as const] : [])),
  );
  if (chosen.size === 0) return targets;
  const all = new Map([...chosen.keys()].map((id) => [id, new Set<string>()] as const));
  for (const id of document.nodes.keys())
    for (const instance of instancesAround(id)) {
      all.get(instance)?.add(id);
      const node = graph.get(id);
      if (node && !node.definition.run) chosen.get(instance)?.add(id);
    }
  for (const [id, nodes] of chosen)
    for (const { node } of document.instances.get(id)!.outputs.values()) nodes.add(node);
  const given = (id: string) => (chosen.get(id)?.size ? chosen.get(id)! : all.get(id)!);
  return [...new Set(targets.flatMap((id) => (chosen.has(id) ? [...given(id)] : [id])))];
}

/** Whether a run of that scope needs a node. It needs an instance if it needs anything inside. */
export function inScope(scope: NodeSet, { instances, nodes }: Document): (id: string) => boolean {
  let needed: Set<string> | undefined;
  const findInstances = () => {
    const found = new Set<string>();
    for (const id of nodes.keys()) if (scope.has(id)) for (const instance of instancesAround(id)) found.add(instance);
    return found;
  };
  return (id) => {
    if (!instances.has(id)) return scope.has(id);
    needed ??= findInstances();
    return needed.has(id);
  };
}

/** The ids of the instances that a node lies in, the outermost first. */
export function instancesAround(id: string): readonly string[] {
  const around: string[] = [];
  for (let slash = id.indexOf("/"); slash >= 0; slash = id.indexOf("/", slash + 1)) around.push(id.slice(0, slash));
  return around;
}
