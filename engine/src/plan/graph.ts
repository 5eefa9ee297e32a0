import { inputOf, paramOf } from "../catalogue/declared.ts";
import type { AnyEnvironment, Catalogue, Environment } from "../catalogue/environment.ts";
import { findMaker } from "../catalogue/find-maker.ts";
import { findNodeType } from "../catalogue/loop-nodes.ts";
import type { AnyNodeDefinition, NodeDefinition } from "../catalogue/node.ts";
import { explainFailure } from "../catalogue/node-error.ts";
import { type Param, type ParamValue, paramSocketType } from "../catalogue/param.ts";
import { type Complaint, checkParam } from "../catalogue/param-check.ts";
import { append } from "../document/append.ts";
import type { Document } from "../document/document.ts";
import { itemAt } from "../document/lookup.ts";
import { type Address, badLink, type DocumentLink, type DocumentNode } from "../document/read-node.ts";
import type { Report } from "../document/report.ts";
import { show, suggest } from "../document/wording.ts";
import type { PackFacts } from "../kinds/pack-facts.ts";
import { isNeeded } from "../kinds/socket.ts";
import { resolveType } from "../kinds/types.ts";
import { BypassedInstances } from "./bypassed-instances.ts";

/** A node whose type is known. Its links lead to outputs that exist; what was wrong has been reported. */
export type GraphNode<Services = never> = {
  readonly id: string;
  /** Its place in the graph, from 0: what a phase of validation finds out about nodes lies in an array by place. */
  readonly place: number;
  readonly definition: NodeDefinition<Services>;
  readonly mode: DocumentNode["mode"];
  params: { readonly [name: string]: ParamValue };
  /** What is wrong with the literals of linked parameters; it only counts when a mode takes the link away. */
  inert: { readonly [name: string]: Complaint };
  /** In the order of declaration: inputs, then parameters. Bypassed sources are stepped over later. */
  links: readonly GraphLink<Services>[];
  pack: PackFacts | undefined;
};

export type GraphLink<Services = never> = Output<Services> & {
  readonly port: string;
  /** Present when a parameter is fed. */
  readonly param: Param | undefined;
};

/** Where a link comes from. */
export type Output<Services = never> = { readonly source: GraphNode<Services>; readonly sourcePort: string };

export type Graph<Services = never> = ReadonlyMap<string, GraphNode<Services>>;

/** A document's node in the terms of its type: migrated to the present version, ports not yet checked. */
export type Typed<Services> = {
  readonly definition: NodeDefinition<Services>;
  readonly params: { readonly [name: string]: unknown };
  readonly inputs: readonly DocumentLink[];
};

/** Finds the node's type and applies its migrations; undefined, with a report, when the type or version is unknown. */
export function typeNode<Services>(
  node: DocumentNode,
  catalogue: Catalogue<Services>,
  report?: Report,
): Typed<Services> | undefined {
  const definition = findNodeType(catalogue, node.type);
  if (!definition) {
    report?.error(
      "unknown-node-type",
      { node: node.id },
      `Node "${node.id}" has the unknown type ${show(node.type)}.`,
      () => suggest(node.type, catalogue.keys(), "node type"),
    );
    return undefined;
  }
  const oldest = definition.version - definition.migrations.length;
  if (node.version > definition.version || node.version < oldest) {
    const newer = node.version > definition.version;
    report?.error(
      newer ? "newer-version" : "unknown-version",
      { node: node.id },
      `Node "${node.id}" is ${node.type} version ${node.version}; known ${oldest === definition.version ? "is" : `are ${oldest} to`} ${definition.version}.`,
      newer ? "Open the workflow with a newer Clipwork." : `Add the node anew, with version ${definition.version}.`,
    );
    return undefined;
  }
  if (node.version === definition.version) return { definition, params: node.params, inputs: node.inputs };
  try {
    return { definition, ...migrate(node, definition) };
  } catch (error) {
    report?.error(
      "failed-migration",
      { node: node.id },
      `Node "${node.id}" cannot be brought from ${node.type} version ${node.version} to ${definition.version}: ${explainFailure(error).message}`,
      "Mend its parameters, or add the node anew.",
    );
    return undefined;
  }
}

function migrate(node: DocumentNode, definition: AnyNodeDefinition): Pick<Typed<never>, "params" | "inputs"> {
  let parts: { params: { readonly [name: string]: unknown }; inputs: { readonly [port: string]: unknown } } = {
    params: node.params,
    inputs: Object.fromEntries(node.inputs.map(({ port, source }) => [port, source])),
  };
  for (const { from, apply } of definition.migrations) if (from >= node.version) parts = apply(parts);
  const inputs = Object.entries(parts.inputs).map(([port, source]) => ({ port, source: source as Address }));
  return { params: parts.params, inputs };
}

/** Checks every node on its own and every link's two ends; reports what is wrong and leaves it out. */
export function buildGraph<Services>(
  document: Document,
  environment: Environment<Services>,
  report: Report,
): Graph<Services> {
  const graph = new Map<string, GraphNode<Services>>();
  const written: Typed<Services>[] = [];
  for (const node of document.nodes.values()) {
    const typed = typeNode(node, environment.catalogue, report);
    if (!typed) continue;
    const { id, mode } = node;
    const { definition } = typed;
    graph.set(id, {
      id,
      place: written.length,
      definition,
      mode,
      params: nothing,
      inert: nothing,
      links: none,
      pack: undefined,
    });
    written.push(typed);
  }
  const bypassed = new BypassedInstances(document, graph);
  for (const node of graph.values()) {
    const { params, inputs: links } = itemAt(written, node.place);
    const inputs = bypassed.any ? links.map((link) => stepOver(node.id, link, bypassed)) : links;
    if (inputs.length > 0) node.links = readLinks(node, inputs, document, graph, report);
    fillParams(node, params, inputs, environment, report);
    node.pack = packOf(node, environment, report);
    if (node.mode === "run") requireInputs(node, inputs, environment, report);
  }
  return graph;
}

function stepOver(id: string, { port, source }: DocumentLink, bypassed: BypassedInstances): DocumentLink {
  return { port, source: source === badLink ? source : bypassed.source(id, source) };
}

/** Shared by the many nodes that have none. */
const nothing = Object.freeze({});
const none: readonly [] = [];

function readLinks<Services>(
  { id, definition }: GraphNode<Services>,
  inputs: readonly DocumentLink[],
  document: Document,
  graph: Graph<Services>,
  report: Report,
): readonly GraphLink<Services>[] {
  for (const { port } of inputs) {
    if (Object.hasOwn(definition.inputs, port) || Object.hasOwn(definition.params, port)) continue;
    report.error(
      "unknown-port",
      { node: id, port },
      `${definition.type} has no input ${show(port)}, to which "${id}" links.`,
      () => suggest(port, [...Object.keys(definition.inputs), ...Object.keys(definition.params)], "input"),
    );
  }
  let links: GraphLink<Services>[] | undefined;
  for (const port in definition.inputs) {
    const address = addressOf(port, inputs);
    const source = address && findSource(id, port, address, document, graph, report);
    if (source) links = append(links, { port, param: undefined, source, sourcePort: address.port });
  }
  for (const port in definition.params) {
    const address = addressOf(port, inputs);
    const param = paramOf(definition, port);
    if (address && !paramSocketType(param)) {
      report.error(
        "not-linkable",
        { node: id, port },
        `"${id}.${port}" is a ${param.kind} parameter, which cannot be fed by a link.`,
        'Remove the link and give the value in "params".',
      );
      continue;
    }
    const source = address && findSource(id, port, address, document, graph, report);
    if (source) links = append(links, { port, param, source, sourcePort: address.port });
  }
  return links ?? none;
}

/** Where the link to a port comes from; undefined if there is none, or none that could be read. */
function addressOf(port: string, links: readonly DocumentLink[]): Address | undefined {
  const address = linkTo(port, links)?.source;
  return address === badLink ? undefined : address;
}

function linkTo(port: string, links: readonly DocumentLink[]): DocumentLink | undefined {
  for (const link of links) if (link.port === port) return link;
  return undefined;
}

/** The node that an address names, if it has that output. */
function findSource<Services>(
  id: string,
  port: string,
  address: Address,
  document: Document,
  graph: Graph<Services>,
  report: Report,
): GraphNode<Services> | undefined {
  const source = graph.get(address.node);
  if (source && Object.hasOwn(source.definition.outputs, address.port)) return source;
  const link = `"${id}.${port}" is linked to "${address.node}.${address.port}"`;
  if (source) {
    report.error(
      "dangling-link",
      { node: id, port },
      `${link}, but ${source.definition.type} has no output "${address.port}".`,
      () => suggest(address.port, Object.keys(source.definition.outputs), "output"),
    );
    return undefined;
  }
  const unusable = document.nodes.has(address.node) || document.broken.has(address.node);
  report.error(
    "dangling-link",
    { node: id, port },
    unusable ? `${link}, but that node cannot be used.` : `${link}, but there is no node "${address.node}".`,
    unusable ? `Mend node "${address.node}" first.` : () => suggest(address.node, document.nodes.keys(), "node"),
  );
  return undefined;
}

function requireInputs(
  { id, definition, params, pack }: GraphNode,
  inputs: readonly DocumentLink[],
  { catalogue }: AnyEnvironment,
  report: Report,
): void {
  for (const port in definition.inputs) {
    const socket = inputOf(definition, port);
    if (socket.optional || linkTo(port, inputs)) continue;
    if (!isNeeded(socket, params, (name) => linkTo(name, inputs) !== undefined, pack?.refinements)) continue;
    report.error(
      "missing-input",
      { node: id, port },
      `"${id}.${port}" needs ${socket.type.kind === "variable" ? "something" : `a link that gives ${socket.type.kind.replace("-", " ")}`}, but nothing is linked to it.`,
      () => {
        const maker = findMaker(catalogue, resolveType(socket.type, { pack }));
        return `Link an output to "${id}.${port}"${maker ? `, such as that of a ${maker} node` : ""}.`;
      },
    );
  }
}

function fillParams(
  node: GraphNode,
  given: { readonly [name: string]: unknown },
  inputs: readonly DocumentLink[],
  environment: AnyEnvironment,
  report: Report,
): void {
  const { id, definition } = node;
  for (const name in given) {
    if (Object.hasOwn(definition.params, name) || !Object.hasOwn(given, name)) continue;
    report.error(
      "unknown-param",
      { node: id, port: name },
      `${definition.type} has no parameter ${show(name)}, which "${id}" sets.`,
      () => suggest(name, Object.keys(definition.params), "parameter"),
    );
  }
  const filled: { [name: string]: ParamValue } = {};
  for (const name in definition.params) {
    const param = paramOf(definition, name);
    const value = Object.hasOwn(given, name) ? given[name] : param.default;
    const complaint = checkParam(param, value) ?? checkFile(param, value, environment);
    if (complaint && linkTo(name, inputs)) node.inert = { ...node.inert, [name]: complaint };
    else if (complaint) reportParam(id, name, complaint, report);
    // Minus zero becomes zero: the two are one number to a user.
    filled[name] = complaint ? param.default : typeof value === "number" ? value + 0 : (value as ParamValue);
  }
  node.params = filled;
}

/** Whether the node's items need an input; undefined where the parameter that decides is fed by a link. */
export function needsInput({ definition, params, links, pack }: GraphNode, port: string): boolean | undefined {
  return isNeeded(
    inputOf(definition, port),
    params,
    (name) => links.some((link) => link.port === name),
    pack?.refinements,
  );
}

export function reportParam(node: string, port: string, { code, message, remedy }: Complaint, report: Report): void {
  report.error(code, { node, port }, `"${node}.${port}" ${message}.`, remedy);
}

function checkFile(param: Param, value: unknown, { files }: AnyEnvironment): Complaint | undefined {
  if (param.kind !== "file") return undefined;
  const noun = param.folder ? "folder" : "file";
  if (value === "") return { code: "missing-file", message: `names no ${noun}`, remedy: `Choose a ${noun}.` };
  const file = Object.hasOwn(files, value as string) ? files[value as string] : undefined;
  if (!file)
    return {
      code: "unusable-file",
      message: `names the ${noun} ${show(value)}, which is not there`,
      remedy: `Check the name, or choose another ${noun}.`,
    };
  if ("digest" in file && file.folder === param.folder) return undefined;
  if ("digest" in file)
    return {
      code: "unusable-file",
      message: `names ${show(value)}, which is ${param.folder ? "a file and no folder" : "a folder and no file"}`,
      remedy: `Choose a ${noun}.`,
    };
  const message = `names the ${noun} ${show(value)}, which cannot be used: ${file.message}`;
  return { code: "unusable-file", message: message.replace(/\.$/, ""), remedy: file.remedy };
}

function packOf(
  { id, definition, params }: GraphNode,
  { packs }: AnyEnvironment,
  report: Report,
): PackFacts | undefined {
  const port = packParam(definition);
  if (port === undefined) return undefined;
  const name = params[port] as string;
  const facts = Object.hasOwn(packs, name) ? packs[name] : undefined;
  const at = { node: id, port };
  if (!facts) {
    report.error(
      "unknown-pack",
      at,
      `"${id}.${port}" names the model pack ${show(name)}, which is not installed.`,
      Object.keys(packs).length === 0
        ? "Install it first: no model pack is installed."
        : suggest(name, Object.keys(packs), "model pack"),
    );
    return undefined;
  }
  if ("message" in facts) {
    report.error(
      "unusable-pack",
      at,
      `"${id}.${port}" names the model pack ${show(name)}, which cannot be used: ${facts.message.replace(/\.$/, "")}.`,
      facts.remedy,
    );
    return undefined;
  }
  for (const stage of definition.stages) {
    if (Object.hasOwn(facts.stages, stage)) continue;
    report.error(
      "missing-stage",
      at,
      `Model pack ${show(name)} has no stage "${stage}", which "${id}" (${definition.type}) runs.`,
      "Choose a pack that has it, or remove the node.",
    );
  }
  for (const arrays of definition.arrays) {
    if (facts.arrays && Object.hasOwn(facts.arrays, arrays)) continue;
    report.error(
      "missing-arrays",
      at,
      `Model pack ${show(name)} has no arrays "${arrays}", which "${id}" (${definition.type}) reads.`,
      "Choose a pack that has them, or remove the node.",
    );
  }
  return facts;
}

/** The name of the parameter that chooses the node's model pack, if it has one. */
export function packParam(definition: AnyNodeDefinition): string | undefined {
  for (const name in definition.params) if (paramOf(definition, name).kind === "pack") return name;
  return undefined;
}
