import type { Level } from "./levels.ts";
import { roundsName } from "./loop.ts";
import type { Address } from "./read-node.ts";
import type { Report } from "./report.ts";
import { show, suggest } from "./wording.ts";

type Exposed = ReadonlyMap<string, readonly Address[]>;

/** The exposed names of a document by the ids of its unpacked graph; undefined if they stand for more than `most` parameters inside instances. */
export function resolveExposed(exposed: Exposed, top: Level, most: number, report: Report): Exposed | undefined {
  const resolved = new Map<string, readonly Address[]>();
  const room = { left: most };
  for (const [name, addresses] of exposed) {
    const found: Address[] = [];
    for (const address of addresses) {
      const instance = top.inner.get(address.node);
      const parameters = instance ? parametersAt(top, address, room) : [address];
      if (room.left < 0) return undefined;
      for (const parameter of parameters ?? []) found.push(parameter);
      if (parameters) continue;
      const { title, exposed } = instance!.definition;
      report.warning(
        "bad-exposed",
        {},
        `The exposed name ${show(name)} stands for "${address.node}.${address.port}", but the subgraph ${show(title)} has no parameter ${show(address.port)}.`,
        () => suggest(address.port, exposed.keys(), "parameter"),
      );
    }
    if (found.length > 0) resolved.set(name, found);
  }
  return resolved;
}

/**
 * The parameters of the unpacked graph that an address stands for; undefined if there is none. Every step takes from the room: when none is left,
 * nothing more is looked up.
 */
export function parametersAt(
  level: Level,
  { node, port }: Address,
  room = { left: Number.POSITIVE_INFINITY },
): readonly Address[] | undefined {
  if (--room.left < 0) return [];
  const inner = level.inner.get(node);
  if (!inner || (inner.loop && port === roundsName)) return [{ node: level.prefix + node, port }];
  return inner.definition.exposed
    .get(port)
    ?.flatMap((address) => inner.rounds.flatMap((round) => parametersAt(round, address, room) ?? []));
}
