import type { GroupJson } from "../document/presentation.ts";
import { freeName } from "./expose-inside.ts";

type Groups = { readonly [id: string]: GroupJson };

/** The groups of a document whose nodes go into a subgraph: those that go with them, with the ids inside, and what stays of the others. */
export function splitGroups(
  groups: Groups,
  innerIds: ReadonlyMap<string, string>,
): { readonly inside: Groups; readonly outside: Groups } {
  const inside: { [id: string]: GroupJson } = {};
  const outside: { [id: string]: GroupJson } = {};
  for (const [id, group] of Object.entries(groups)) {
    const members = membersOf(group);
    const stay = members.filter((member) => !innerIds.has(member));
    if (members.length > 0 && stay.length === 0)
      inside[id] = { ...group, members: members.map((member) => innerIds.get(member) ?? member) };
    else outside[id] = stay.length === members.length ? group : { ...group, members: stay };
  }
  return { inside, outside };
}

/**
 * The groups with those that were inside a subgraph, whose nodes have these names now. In the group of the instance come its nodes, except
 * those that have a group of their own.
 */
export function joinGroups(
  groups: Groups,
  inside: Groups,
  names: ReadonlyMap<string, string>,
  instance: string,
): Groups {
  const grouped = new Set(Object.values(inside).flatMap(membersOf));
  const loose = [...names].flatMap(([id, name]) => (grouped.has(id) ? [] : [name]));
  const all: { [id: string]: GroupJson } = {};
  for (const [id, group] of Object.entries(groups)) {
    const members = membersOf(group);
    all[id] = members.includes(instance)
      ? { ...group, members: members.flatMap((member) => (member === instance ? loose : member)) }
      : group;
  }
  for (const [id, group] of Object.entries(inside)) {
    const members = membersOf(group).map((member) => names.get(member) ?? member);
    all[freeName(id, (name) => Object.hasOwn(all, name))] = { ...group, members };
  }
  return all;
}

/** The members of a group, of which a document may say anything. */
function membersOf({ members }: GroupJson): readonly string[] {
  return Array.isArray(members) ? members : [];
}
