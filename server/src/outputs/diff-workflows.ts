import { type Address, type Document, type DocumentNode, outputsId, roundsName, standsBetween } from "@clipwork/engine";
import { catalogue } from "@clipwork/nodes";
import type { RunRecord } from "./run-record.ts";

/** One difference between two workflows; undefined stands for what one of them lacks. */
export type WorkflowChange =
  | { readonly change: "added" | "removed"; readonly node: string; readonly type: string }
  | NodeChange;

export type NodeChange = {
  /** type: another type or version. wiring: `name` is an input or parameter, the values are "node.port". */
  readonly change: "type" | "mode" | "parameter" | "wiring";
  readonly node: string;
  readonly name?: string;
  readonly before: unknown;
  readonly now: unknown;
};

/** A workflow with the parameters that an output records beside it. */
export type Described = { readonly document: Document; readonly parameters?: RunRecord["parameters"] | undefined };

/**
 * The differences in what two workflows compute, node by node in the order of the first: titles, layout and exposed names do
 * not count. Nodes are matched by id. Of a loop that has other rounds that is said once, at the parameter "rounds", and the rounds that both have are compared.
 */
export function diffWorkflows(before: Described, now: Described): readonly WorkflowChange[] {
  const loops = otherRounds(before.document, now.document);
  const changes: WorkflowChange[] = [...loops.values()];
  for (const node of before.document.nodes.values()) {
    const other = now.document.nodes.get(node.id);
    if (other) changes.push(...diffNodes(node, other, before, now, loops));
    else if (!comesWithRounds(node, loops)) changes.push({ change: "removed", node: node.id, type: node.type });
  }
  for (const node of now.document.nodes.values()) {
    if (before.document.nodes.has(node.id) || comesWithRounds(node, loops)) continue;
    changes.push({ change: "added", node: node.id, type: node.type });
  }
  return changes;
}

/** Loops that have other rounds, by id. */
type Loops = ReadonlyMap<string, NodeChange & { readonly before: number; readonly now: number }>;

/** The loops that both have, with other rounds; inside a round that only one of them has there is nothing to compare. */
function otherRounds(before: Document, now: Document): Loops {
  return new Map(
    [...before.instances].flatMap(([node, { loop }]) => {
      const other = now.instances.get(node)?.loop;
      if (!loop || !other || loop.rounds === other.rounds) return [];
      const change = { change: "parameter", node, name: roundsName, before: loop.rounds, now: other.rounds } as const;
      return [[node, change] as const];
    }),
  );
}

/** The loops with other rounds that an id is inside, each with the step of the path that stands behind the loop. */
function* loopsAround(id: string, loops: Loops) {
  if (loops.size === 0) return;
  for (let end = id.indexOf("/"); end >= 0; end = id.indexOf("/", end + 1)) {
    const loop = loops.get(id.slice(0, end));
    if (loop) yield { loop, step: id.slice(end + 1).split("/", 1)[0]! };
  }
}

/** Whether only one side has a node because only it has the round, or goes on behind it. */
function comesWithRounds({ id }: DocumentNode, loops: Loops): boolean {
  for (const { loop, step } of loopsAround(id, loops)) {
    const both = Math.min(loop.before, loop.now);
    if (Number(step) > both || id === `${loop.node}/${both}/${outputsId}`) return true;
  }
  return false;
}

function diffNodes(a: DocumentNode, b: DocumentNode, before: Described, now: Described, loops: Loops): NodeChange[] {
  const changes: NodeChange[] = [];
  const compare = (change: NodeChange["change"], old: unknown, current: unknown, name?: string) => {
    if (old === current) return;
    changes.push({ change, node: a.id, ...(name === undefined ? {} : { name }), before: old, now: current });
  };
  const typeOf = ({ type, version }: DocumentNode) => `${type} version ${version}`;
  // What collects the values of all rounds has another type and more links with more of them.
  const collected = standsBetween(a.type) && a.type !== b.type ? [...loopsAround(a.id, loops)].at(-1)?.loop : undefined;
  if (!collected) compare("type", typeOf(a), typeOf(b));
  compare("mode", a.mode, b.mode);
  const [oldLinks, links] = [linksOf(a, before.document, loops), linksOf(b, now.document, loops)];
  for (const name of new Set([...oldLinks.keys(), ...links.keys()])) {
    if (collected && Number(/\d+$/.exec(name)?.[0]) > Math.min(collected.before, collected.now)) continue;
    compare("wiring", oldLinks.get(name), links.get(name), name);
  }
  // Another type has other parameters: listing them all would hide what matters.
  if (a.type !== b.type) return changes;
  const [oldParams, params] = [paramsOf(a, before), paramsOf(b, now)];
  for (const name of new Set([...oldParams.keys(), ...params.keys()])) {
    // A parameter that a link feeds on either side is reported as wiring.
    if (oldLinks.has(name) || links.has(name)) continue;
    compare("parameter", oldParams.get(name), params.get(name), name);
  }
  return changes;
}

/** What feeds each of its linked inputs and parameters, as "node.port". */
function linksOf({ id, inputs }: DocumentNode, document: Document, loops: Loops): ReadonlyMap<string, string> {
  const named = ({ node, port }: Address) =>
    loops.size > 0 ? sourceOf(id, { node, port }, document) : `${node}.${port}`;
  return new Map(inputs.map(({ port, source }) => [port, named(source)]));
}

/** What feeds a node, so called that it does not depend on the rounds of loops that it stands behind: of a loop the last round is "last". */
function sourceOf(id: string, { node, port }: Address, document: Document): string {
  const path = node.split("/");
  const steps = [...path];
  for (let depth = 1; depth < steps.length; depth++) {
    const loop = path.slice(0, depth).join("/");
    const rounds = document.instances.get(loop)?.loop?.rounds;
    if (rounds === undefined || id.startsWith(`${loop}/`)) continue;
    const fresh = document.nodes.get(node)?.inputs.find((input) => input.port === "fresh")?.source;
    // The first round has no round before it whose value is kept.
    if (fresh && steps.length === depth + 3 && steps[depth + 1] === outputsId) return sourceOf(id, fresh, document);
    if (steps[depth] === `${rounds}`) steps[depth] = "last";
  }
  return `${steps.join("/")}.${port}`;
}

/**
 * The parameters as the output records them, or else as the workflow has them, with the defaults of the node's type. One that was
 * added later has its default in an older record.
 */
function paramsOf({ id, type, params }: DocumentNode, { parameters }: Described): ReadonlyMap<string, unknown> {
  const recorded = parameters && Object.hasOwn(parameters, id) ? parameters[id] : undefined;
  const declared = Object.entries(catalogue.get(type)?.params ?? {}).filter(
    ([, param]) => !recorded || param.addedLater,
  );
  const defaults = declared.map(([name, param]) => [name, param.default] as const);
  return new Map<string, unknown>([...defaults, ...Object.entries(recorded ?? params)]);
}
