import { type GroupJson, readGroups, type WorkflowJson } from "@clipwork/engine";

type Groups = ReadonlyMap<string, GroupJson>;

const read = new WeakMap<object, { readonly nodes: object; readonly groups: Groups }>();
const none: Groups = new Map();

/** The groups of the workflow by id, with members that exist; the same map as long as groups and nodes are the same. */
export function groupsOf({ groups, nodes }: WorkflowJson): Groups {
  if (typeof groups !== "object" || groups === null) return none;
  const known = read.get(groups);
  if (known?.nodes === nodes) return known.groups;
  const now = readGroups(groups, nodes);
  read.set(groups, { nodes, groups: now });
  return now;
}

/** The id of the group that the node is in. */
export function groupWith(workflow: WorkflowJson, node: string): string | undefined {
  for (const [id, { members }] of groupsOf(workflow)) if (members.includes(node)) return id;
  return undefined;
}

/** The nodes that are seen as one with the node: all of its group if that is collapsed, else itself alone. */
export function seenWith(workflow: WorkflowJson, node: string): readonly string[] {
  const id = groupWith(workflow, node);
  const group = id === undefined ? undefined : groupsOf(workflow).get(id);
  return group?.collapsed ? group.members : [node];
}

/** The group whose members are these nodes and no others. */
export function groupOf(workflow: WorkflowJson, nodes: ReadonlySet<string>): string | undefined {
  for (const [id, { members }] of groupsOf(workflow))
    if (members.length === nodes.size && members.every((member) => nodes.has(member))) return id;
  return undefined;
}

/** The workflow with a new group, which takes its members out of the groups that they are in: groups do not nest. */
export function addGroup(workflow: WorkflowJson, id: string, group: GroupJson): WorkflowJson {
  const left = leaveGroups(workflow, new Set(group.members));
  return { ...left, groups: { ...left.groups, [id]: group } };
}

/** The workflow with the group changed; `undefined` takes a field away. */
export function setGroup(
  workflow: WorkflowJson,
  id: string,
  change: { readonly [K in keyof GroupJson]?: GroupJson[K] | undefined },
): WorkflowJson {
  const group = workflow.groups?.[id];
  if (!group) return workflow;
  const next = Object.fromEntries(Object.entries({ ...group, ...change }).filter(([, value]) => value !== undefined));
  if (JSON.stringify(next) === JSON.stringify(group)) return workflow;
  return { ...workflow, groups: { ...workflow.groups, [id]: next as GroupJson } };
}

/** The workflow without the groups; their nodes stay. */
export function ungroup(workflow: WorkflowJson, ids: Iterable<string>): WorkflowJson {
  const gone = new Set(ids);
  return withGroups(
    workflow,
    Object.entries(workflow.groups ?? {}).filter(([id]) => !gone.has(id)),
  );
}

/** The workflow with each of the nodes in the group named, or in none. A group that nobody is left in goes. */
export function joinGroups(workflow: WorkflowJson, into: ReadonlyMap<string, string | undefined>): WorkflowJson {
  let joined = leaveGroups(workflow, new Set(into.keys()), new Set(into.values()));
  for (const [node, id] of into) {
    const group = id === undefined ? undefined : joined.groups?.[id];
    if (group) joined = setGroup(joined, id!, { members: [...group.members, node] });
  }
  return joined;
}

/** The workflow whose groups are without the nodes; those that are empty then go, except the ones to keep. */
export function leaveGroups(
  workflow: WorkflowJson,
  nodes: ReadonlySet<string>,
  keep: ReadonlySet<string | undefined> = new Set(),
): WorkflowJson {
  const before = Object.entries(workflow.groups ?? {});
  const after = before.flatMap(([id, group]): [string, GroupJson][] => {
    if (!Array.isArray(group?.members) || !group.members.some((member) => nodes.has(member))) return [[id, group]];
    const members = group.members.filter((member) => !nodes.has(member));
    return members.length > 0 || keep.has(id) ? [[id, { ...group, members }]] : [];
  });
  return after.length === before.length && after.every(([, group], i) => group === before[i]![1])
    ? workflow
    : withGroups(workflow, after);
}

function withGroups(workflow: WorkflowJson, groups: readonly (readonly [string, GroupJson])[]): WorkflowJson {
  if (
    groups.length === Object.keys(workflow.groups ?? {}).length &&
    groups.every(([id, one]) => workflow.groups?.[id] === one)
  )
    return workflow;
  const { groups: _, ...rest } = workflow;
  return groups.length === 0 ? rest : { ...rest, groups: Object.fromEntries(groups) };
}
