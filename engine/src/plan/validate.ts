import { inputOf, outputOf, paramOf } from "../catalogue/declared.ts";
import type { AnyEnvironment, Environment } from "../catalogue/environment.ts";
import type { AnyNodeDefinition } from "../catalogue/node.ts";
import type { Document } from "../document/document.ts";
import { itemAt } from "../document/lookup.ts";
import type { Problem } from "../document/problem.ts";
import { Report } from "../document/report.ts";
import { listNames, show, suggest } from "../document/wording.ts";
import type { PackFacts } from "../kinds/pack-facts.ts";
import { isGiven } from "../kinds/socket.ts";
import { BypassedInstances } from "./bypassed-instances.ts";
import { buildGraph, type Graph, type GraphNode, needsInput } from "./graph.ts";
import { inScope, nodesOf, typesOf } from "./instances.ts";
import { checkOutputs } from "./loop-outputs.ts";
import { applyModes, passesOn } from "./modes.ts";
import { sortGraph } from "./order.ts";
import { bindLink, type Plan, type PlanNode } from "./plan.ts";
import { atLoop, betweenOf } from "./rounds.ts";
import { NodeSet, reach } from "./scope.ts";
import { checkTypes, type Types } from "./type-check.ts";
import { whyRemoved } from "./why-removed.ts";

export type ValidateOptions = {
  /** Ids of the nodes whose values are wanted, instead of those of all sinks. */
  readonly targets?: readonly string[];
};

/** A plan when nothing stands in the way of the run, and all problems in any case. */
export type Validation<Services = unknown> = {
  readonly plan?: Plan<Services>;
  /** Those of the document's shape and those found here. */
  readonly problems: readonly Problem[];
  /**
   * Lists the type of every output by node and port, as far as it is known: what an editor needs to tell which sockets a link
   * could go to. Nodes that are unknown or in a cycle are absent. Modes are not applied. Instances of subgraphs are among the nodes.
   */
  readonly types: () => ReadonlyMap<string, Types>;
};

/**
 * Checks a document that was read, and makes the plan for running it. An error in a node that the run does not need becomes a
 * warning. Never throws on what a document holds, and never recurses along its links.
 */
export function validate<Services>(
  document: Document,
  environment: Environment<Services>,
  options: ValidateOptions = {},
): Validation<Services> {
  const report = new Report();
  for (const problem of document.problems) report.add(problem, document.elsewhere.get(problem));
  const graph = buildGraph(document, environment, report);
  const order = sortGraph(graph, report);
  const moded = order.some(({ mode }) => mode !== "run");
  // A link that a mode takes away is not checked.
  const found = checkTypes(order, graph, environment, moded ? new Report() : report);
  const removed = applyModes(order, report);
  if (moded) checkTypes(without(order, removed), graph, environment, report);
  checkExposed(document, graph, report);
  checkOutputs(order, removed, document, report);
  const unneeded = dropUnneeded(order);
  const wanted = options.targets
    ? chooseTargets(nodesOf(options.targets, document, graph), document, graph, removed, report)
    : findSinks(document, graph, removed, report);
  const scope = reach(wanted, document, graph, unneeded);
  for (const id of document.broken) scope.add(id);
  const isNeeded = inScope(scope, document);
  const problems = report.problems
    .map((problem) => judge(problem, report.elsewhere.get(problem), isNeeded, unneeded))
    .map((problem) => atLoop(problem, document));
  const types = () => typesOf(document, new Map(order.map(({ id, place }) => [id, itemAt(found, place)])));
  if (problems.some(({ severity }) => severity === "error")) return { problems, types };
  const needed = order.filter((node) => scope.marked(node));
  return { plan: makePlan(needed, document, graph, new NodeSet(graph, wanted), environment), problems, types };
}

function without(order: readonly GraphNode[], removed: ReadonlySet<GraphNode>): readonly GraphNode[] {
  return order.filter((node) => !removed.has(node));
}

function findSinks(
  document: Document,
  graph: Graph,
  removed: ReadonlySet<GraphNode>,
  report: Report,
): readonly string[] {
  const sinks: string[] = [];
  for (const { id, type } of document.nodes.values()) {
    const node = graph.get(id);
    // An unknown output type is wanted too: a misspelt output must not be left out in silence.
    if (node ? !node.definition.run && !removed.has(node) : type.startsWith("output.")) sinks.push(id);
  }
  const node = [...removed].find((node) => node.mode === "bypass" && !passesOn(node));
  const stuck = node?.id ?? new BypassedInstances(document, graph).stuck();
  if (sinks.length === 0 && stuck !== undefined)
    report.error(
      "nothing-to-run",
      {},
      `"${stuck}" is bypassed and has no input to pass on, and every output waits for it or for a muted node, so there is nothing to run.`,
      "Let it run, or link an input of the same kind as its output.",
    );
  else if (sinks.length === 0)
    report.error(
      "nothing-to-run",
      {},
      removed.size > 0
        ? "The workflow has no output that is neither muted nor behind a muted node, so there is nothing to run."
        : "The workflow has no output node, so there is nothing to run.",
      "Add an output node such as output.image, or choose the nodes whose values you want.",
    );
  return sinks;
}

function chooseTargets(
  targets: readonly string[],
  document: Document,
  graph: Graph,
  removed: ReadonlySet<GraphNode>,
  report: Report,
): readonly string[] {
  if (targets.length === 0)
    report.error("nothing-to-run", {}, "No node was chosen, so there is nothing to run.", "Name at least one node.");
  for (const id of targets) {
    const node = graph.get(id);
    if (node && removed.has(node)) {
      const { because, stopped } = whyRemoved(id, document, graph, removed);
      report.error(
        "muted-target",
        {},
        `Node "${id}" was chosen, but ${because}.`,
        `Let ${stopped === undefined ? "what it needs" : `"${stopped}"`} run, or choose another node.`,
      );
    }
    if (!node && !document.nodes.has(id) && !document.broken.has(id))
      report.error("unknown-target", {}, `Node ${show(id)} was chosen, but is not in the workflow.`, () =>
        suggest(id, graph.keys(), "node"),
      );
  }
  return targets;
}

/** Takes out the links into inputs that no item needs, and returns these inputs as "node.port". */
function dropUnneeded(order: readonly GraphNode[]): Set<string> {
  const unneeded = new Set<string>();
  for (const node of order) {
    for (const port in node.definition.inputs) {
      const { when, whenPack } = inputOf(node.definition, port);
      if ((!when && whenPack === undefined) || needsInput(node, port) !== false) continue;
      unneeded.add(`${node.id}.${port}`);
      node.links = node.links.filter((link) => link.port !== port);
    }
  }
  return unneeded;
}

/** A problem of a node as it is for this run. It may stand for those of the same node in other rounds, one of which the run may need. */
function judge(
  problem: Problem,
  elsewhere: readonly string[] = [],
  isNeeded: (id: string) => boolean,
  unneeded: ReadonlySet<string>,
): Problem {
  const { severity, node, port, message } = problem;
  if (severity === "warning" || node === undefined) return problem;
  const needed = [node, ...elsewhere].filter(isNeeded);
  const isRead = needed.some((id) => !unneeded.has(`${id}.${port}`));
  const unused = needed.length === 0 ? "node" : isRead ? undefined : "input";
  return unused
    ? { ...problem, severity: "warning", message: `${message} This run does not need that ${unused}.` }
    : problem;
}

function checkExposed(document: Document, graph: Graph, report: Report): void {
  for (const [name, addresses] of document.exposed) {
    for (const { node, port } of addresses) {
      const params = graph.get(node)?.definition.params;
      if (params && Object.hasOwn(params, port)) continue;
      if (!params && (document.nodes.has(node) || document.instances.has(node))) continue;
      report.warning(
        "bad-exposed",
        {},
        `The exposed name ${show(name)} stands for "${node}.${port}", which is no parameter.`,
        params
          ? `${show(node)} has ${listNames(Object.keys(params)) || "no parameters"}.`
          : () => suggest(node, graph.keys(), "node"),
      );
    }
  }
}

function makePlan<Services>(
  needed: readonly GraphNode<Services>[],
  document: Document,
  graph: Graph<Services>,
  wanted: NodeSet,
  environment: Environment<Services>,
): Plan<Services> {
  const positions = new Int32Array(graph.size);
  needed.forEach(({ place }, position) => {
    positions[place] = position;
  });
  const nodes = needed.map(
    (node): PlanNode<Services> => ({
      id: node.id,
      definition: node.definition,
      params: node.params,
      links: bindLinks(node, positions),
      stages: packDigests(node.definition, node.pack),
      files: digests(node.definition, node.params, environment),
      absent: absentOutputs(node.definition, node.pack),
      wanted: wanted.marked(node),
      ...betweenOf(node.id, document),
    }),
  );
  return { nodes, numerics: environment.numerics, hash: environment.hash } as unknown as Plan<Services>;
}

/** The node's links, whose sources are at those positions of the plan by their places in the graph. */
function bindLinks({ definition, links }: GraphNode, positions: Int32Array): PlanNode["links"] {
  return links.map(({ port, source, sourcePort }) =>
    bindLink(definition, links, { port, source: itemAt(positions, source.place), sourcePort }),
  );
}

/** Shared by the many nodes that have no stages, arrays and files. */
const nothing: { readonly [name: string]: string } = Object.freeze({});

const none: readonly [] = [];

function absentOutputs(definition: AnyNodeDefinition, pack: PackFacts | undefined): readonly string[] {
  const ports = Object.keys(definition.outputs);
  const absent = ports.filter((port) => !isGiven(outputOf(definition, port), pack?.refinements));
  return absent.length > 0 ? absent : none;
}

/** The digests of what the node needs of its pack, and of what it would use and the pack has. */
function packDigests(
  { stages, optionalStages, arrays, optionalArrays }: AnyNodeDefinition,
  pack: PackFacts | undefined,
): PlanNode["stages"] {
  if (!pack || stages.length + optionalStages.length + arrays.length + optionalArrays.length === 0) return nothing;
  const ofArrays = digestsOf(pack.arrays ?? nothing, [...arrays, ...optionalArrays]);
  return Object.fromEntries([
    ...digestsOf(pack.stages, [...stages, ...optionalStages]),
    ...ofArrays.map(([name, digest]) => [`arrays/${name}`, digest] as const),
  ]);
}

/** Those of the digests that are asked for and there. */
function digestsOf(digests: { readonly [name: string]: string }, names: readonly string[]) {
  return Object.entries(digests).filter(([name]) => names.includes(name));
}

function digests(
  definition: AnyNodeDefinition,
  params: GraphNode["params"],
  { files }: AnyEnvironment,
): { [param: string]: string } {
  let found: { [param: string]: string } = nothing;
  for (const name in definition.params) {
    if (paramOf(definition, name).kind !== "file") continue;
    if (found === nothing) found = {};
    const file = files[params[name] as string]!;
    if ("digest" in file) found[name] = file.digest;
  }
  return found;
}
