import type { Address, Document, DocumentNode } from "./document.ts";
import { badLink } from "./document.ts";
import type { Catalogue, Environment, PackFacts } from "./environment.ts";
import { explainFailure } from "./invoke.ts";
import type { NodeDefinition } from "./node.ts";
import { type Param, type ParamValue, paramSocketType } from "./param.ts";
import { type Complaint, checkParam } from "./param-check.ts";
import type { Report } from "./report.ts";
import { isNeeded } from "./socket.ts";
import { show, suggest } from "./wording.ts";

/** A node whose type is known. Its links lead to outputs that exist; what was wrong has been reported. */
export type GraphNode<Services = never> = {
  readonly id: string;
  readonly definition: NodeDefinition<Services>;
  readonly params: { readonly [name: string]: ParamValue };
  /** What is wrong with the literals of linked parameters; it only counts when a mode takes the link away. */
  readonly inert: { readonly [name: string]: Complaint };
  /** In the order of declaration: inputs, then parameters. Bypassed sources are stepped over later. */
  links: readonly GraphLink[];
  readonly mode: DocumentNode["mode"];
  readonly pack: PackFacts | undefined;
};

export type GraphLink = { readonly port: string; readonly param?: Param; readonly source: Address };

export type Graph<Services = never> = ReadonlyMap<string, GraphNode<Services>>;

/** A document's node in the terms of its type: migrated to the present version, ports not yet checked. */
export type Typed<Services> = {
  readonly definition: NodeDefinition<Services>;
  readonly params: { readonly [name: string]: unknown };
  readonly inputs: ReadonlyMap<string, Address>;
};

/** Finds the node's type and applies its migrations; undefined, with a report, when the type or version is unknown. */
export function typeNode<Services>(
  node: DocumentNode,
  catalogue: Catalogue<Services>,
  report?: Report,
): Typed<Services> | undefined {
  const definition = catalogue.get(node.type);
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

function migrate(node: DocumentNode, definition: NodeDefinition<never>): Pick<Typed<never>, "params" | "inputs"> {
  let parts: { params: { readonly [name: string]: unknown }; inputs: { readonly [port: string]: unknown } } = {
    params: node.params,
    inputs: Object.fromEntries(node.inputs),
  };
  for (const { from, apply } of definition.migrations) if (from >= node.version) parts = apply(parts);
  return { params: parts.params, inputs: new Map(Object.entries(parts.inputs)) as ReadonlyMap<string, Address> };
}

/** Checks every node on its own and every link's two ends; reports what is wrong and leaves it out. */
export function buildGraph<Services>(
  document: Document,
  environment: Environment<Services>,
  report: Report,
): Graph<Services> {
  const typed = new Map<string, Typed<Services>>();
  for (const node of document.nodes.values()) {
    const found = typeNode(node, environment.catalogue, report);
    if (found) typed.set(node.id, found);
  }
  const graph = new Map<string, GraphNode<Services>>();
  for (const [id, { definition, params, inputs }] of typed) {
    const mode = document.nodes.get(id)!.mode;
    const links = readLinks(id, definition, inputs, document, typed, report);
    const { filled, inert } = fillParams(id, definition, params, inputs, environment, report);
    if (mode === "run") requireInputs(id, definition, filled, inputs, report);
    graph.set(id, {
      id,
      definition,
      params: filled,
      inert,
      links,
      mode,
      pack: packOf(id, definition, filled, environment, report),
    });
  }
  return graph;
}

function readLinks<Services>(
  id: string,
  definition: NodeDefinition<Services>,
  inputs: ReadonlyMap<string, Address>,
  document: Document,
  typed: ReadonlyMap<string, Typed<Services>>,
  report: Report,
): GraphLink[] {
  for (const port of inputs.keys()) {
    if (Object.hasOwn(definition.inputs, port) || Object.hasOwn(definition.params, port)) continue;
    report.error(
      "unknown-port",
      { node: id, port },
      `${definition.type} has no input ${show(port)}, to which "${id}" links.`,
      () => suggest(port, [...Object.keys(definition.inputs), ...Object.keys(definition.params)], "input"),
    );
  }
  const links: GraphLink[] = [];
  const add = (port: string, param?: Param) => {
    const source = inputs.get(port);
    if (!source || source === badLink) return;
    if (param && !paramSocketType(param)) {
      report.error(
        "not-linkable",
        { node: id, port },
        `"${id}.${port}" is a ${param.kind} parameter, which cannot be fed by a link.`,
        'Remove the link and give the value in "params".',
      );
      return;
    }
    if (!sourceExists(id, port, source, document, typed, report)) return;
    links.push(param ? { port, param, source } : { port, source });
  };
  for (const port of Object.keys(definition.inputs)) add(port);
  for (const [port, param] of Object.entries(definition.params)) add(port, param);
  return links;
}

function sourceExists<Services>(
  id: string,
  port: string,
  source: Address,
  document: Document,
  typed: ReadonlyMap<string, Typed<Services>>,
  report: Report,
): boolean {
  const link = `"${id}.${port}" is linked to "${source.node}.${source.port}"`;
  const from = typed.get(source.node);
  if (!from) {
    const unusable = document.nodes.has(source.node) || document.broken.has(source.node);
    report.error(
      "dangling-link",
      { node: id, port },
      unusable ? `${link}, but that node cannot be used.` : `${link}, but there is no node "${source.node}".`,
      unusable ? `Mend node "${source.node}" first.` : () => suggest(source.node, document.nodes.keys(), "node"),
    );
    return false;
  }
  if (Object.hasOwn(from.definition.outputs, source.port)) return true;
  report.error(
    "dangling-link",
    { node: id, port },
    `${link}, but ${from.definition.type} has no output "${source.port}".`,
    () => suggest(source.port, Object.keys(from.definition.outputs), "output"),
  );
  return false;
}

function requireInputs(
  id: string,
  definition: NodeDefinition<never>,
  params: { readonly [name: string]: ParamValue },
  inputs: ReadonlyMap<string, Address>,
  report: Report,
): void {
  for (const [port, socket] of Object.entries(definition.inputs)) {
    if (socket.optional || inputs.has(port)) continue;
    if (!isNeeded(socket, params, (name) => inputs.has(name))) continue;
    report.error(
      "missing-input",
      { node: id, port },
      `"${id}.${port}" needs ${socket.type.kind === "variable" ? "something" : `a link that gives ${socket.type.kind.replace("-", " ")}`}, but nothing is linked to it.`,
      `Link an output to "${id}.${port}".`,
    );
  }
}

function fillParams(
  id: string,
  definition: NodeDefinition<never>,
  given: { readonly [name: string]: unknown },
  inputs: ReadonlyMap<string, Address>,
  environment: Environment<never>,
  report: Report,
): { filled: { [name: string]: ParamValue }; inert: { [name: string]: Complaint } } {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(definition.params, name)) continue;
    report.error(
      "unknown-param",
      { node: id, port: name },
      `${definition.type} has no parameter ${show(name)}, which "${id}" sets.`,
      () => suggest(name, Object.keys(definition.params), "parameter"),
    );
  }
  const filled: { [name: string]: ParamValue } = {};
  const inert: { [name: string]: Complaint } = {};
  for (const [name, param] of Object.entries(definition.params)) {
    const value = Object.hasOwn(given, name) ? given[name] : param.default;
    const complaint = checkParam(param, value) ?? checkFile(param, value, environment);
    if (complaint && inputs.has(name)) inert[name] = complaint;
    else if (complaint) reportParam(id, name, complaint, report);
    // Minus zero becomes zero: the two are one number to a user.
    filled[name] = complaint ? param.default : typeof value === "number" ? value + 0 : (value as ParamValue);
  }
  return { filled, inert };
}

/** Whether the node's items need an input; undefined where the parameter that decides is fed by a link. */
export function needsInput({ definition, params, links }: GraphNode, port: string): boolean | undefined {
  return isNeeded(definition.inputs[port]!, params, (name) => links.some((link) => link.port === name));
}

export function reportParam(node: string, port: string, { code, message, remedy }: Complaint, report: Report): void {
  report.error(code, { node, port }, `"${node}.${port}" ${message}.`, remedy);
}

function checkFile(param: Param, value: unknown, { files }: Environment<never>): Complaint | undefined {
  if (param.kind !== "file") return undefined;
  if (value === "") return { code: "missing-file", message: "names no file", remedy: "Choose a file." };
  const file = Object.hasOwn(files, value as string) ? files[value as string] : undefined;
  if (!file)
    return {
      code: "unusable-file",
      message: `names the file ${show(value)}, which is not there`,
      remedy: "Check the name, or choose another file.",
    };
  if ("digest" in file) return undefined;
  const message = `names the file ${show(value)}, which cannot be used: ${file.message}`;
  return { code: "unusable-file", message: message.replace(/\.$/, ""), remedy: file.remedy };
}

function packOf(
  id: string,
  definition: NodeDefinition<never>,
  params: { readonly [name: string]: ParamValue },
  { packs }: Environment<never>,
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
  return facts;
}

/** The name of the parameter that chooses the node's model pack, if it has one. */
export function packParam(definition: NodeDefinition<never>): string | undefined {
  return Object.keys(definition.params).find((name) => definition.params[name]!.kind === "pack");
}
