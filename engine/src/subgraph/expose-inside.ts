import { type Address, readAddress } from "../document/read-node.ts";
import { type DefinitionJson, definitionOf, type WorkflowJson } from "../document/workflow-json.ts";

/** A document in which an instance of its own has a name for a parameter inside it; no name if that is exposed along with others. */
export type ExposedInside = { readonly workflow: WorkflowJson; readonly name?: string };

/**
 * Lets every definition on the way to a parameter expose it, and returns the name under which the outermost instance has it. `path` are the
 * ids of the instances, the outermost first; they and the node have to exist.
 */
export function exposeInside(workflow: WorkflowJson, path: readonly string[], address: Address): ExposedInside {
  const { definitions, name, alone } = nameInside(workflow, path, address);
  return alone ? { workflow: { ...workflow, definitions }, name } : { workflow };
}

/** The definitions in which the outermost instance has a name for a parameter inside it. `alone`: nothing else is set by that name. */
export type NamedInside = {
  readonly definitions: { readonly [id: string]: DefinitionJson };
  readonly name: string;
  readonly alone: boolean;
};

/** As `exposeInside`; what a definition exposes along with others is named by what it is exposed as. */
export function nameInside(
  { nodes, definitions = {} }: Pick<WorkflowJson, "nodes" | "definitions">,
  path: readonly string[],
  address: Address,
): NamedInside {
  const around: string[] = [];
  for (const id of path) around.push(definitionOf((definitions[around.at(-1)!]?.nodes ?? nodes)[id]!.type)!);
  const named = { ...definitions };
  let at = address;
  let alone = true;
  for (const [i, id] of [...around.entries()].reverse()) {
    const { definition, name } = exposeAs(named[id]!, at);
    named[id] = definition;
    alone &&= name !== undefined;
    at = { node: path[i]!, port: name ?? nameOf(definition, at)! };
  }
  return { definitions: named, name: at.port, alone };
}

/** The name under which a definition exposes a parameter, alone or along with others. */
function nameOf({ exposed = {} }: DefinitionJson, { node, port }: Address): string | undefined {
  return Object.keys(exposed).find((name) => [exposed[name]].flat().includes(`${node}.${port}`));
}

/** The definition with a name for one of its parameters: the one it has, or a new one made of `wanted` or the parameter's name. */
export function exposeAs(
  definition: DefinitionJson,
  { node, port }: Address,
  wanted = port,
): { readonly definition: DefinitionJson; readonly name?: string } {
  const { exposed = {}, inputs = {} } = definition;
  const known = nameOf(definition, { node, port });
  if (known !== undefined) return [exposed[known]].flat().length === 1 ? { definition, name: known } : { definition };
  const name = freeName(wanted, (name) => Object.hasOwn(exposed, name) || Object.hasOwn(inputs, name));
  return { definition: { ...definition, exposed: { ...exposed, [name]: `${node}.${port}` } }, name };
}

/** As many characters as ids and names of ports may have. */
const maxName = 64;

/** The name, or the first of "name2", "name3" and so on that is not taken, shortened if it would be longer than names may be. */
export function freeName(wanted: string, taken: (name: string) => boolean): string {
  const numbered = (count: number) => `${wanted.slice(0, maxName - `${count}`.length)}${count}`;
  if (!taken(wanted)) return wanted;
  let count = 2;
  while (taken(numbered(count))) count++;
  return numbered(count);
}

/** An id in an unpacked graph, as the ids of the instances that it leads through and its own in the innermost of them. The numbers of rounds are left out. */
export function splitPath(id: string): { readonly path: readonly string[]; readonly node: string } {
  const parts = id.split("/");
  return { path: parts.slice(0, -1).filter((part) => !/^\d/.test(part)), node: parts.at(-1)! };
}

/** "instance/inner.param" taken apart; undefined for anything else. */
export function readInnerAddress(text: string): Address | undefined {
  const slash = text.lastIndexOf("/");
  const inner = readAddress(text.slice(slash + 1));
  return inner && { node: text.slice(0, slash + 1) + inner.node, port: inner.port };
}
