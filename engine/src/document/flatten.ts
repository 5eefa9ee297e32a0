import { reportUnknownDefinition, type Sizes } from "./definition-sizes.ts";
import type { Definition, Definitions } from "./read-definitions.ts";
import { type Address, badLink, type DocumentLink, type DocumentNode } from "./read-node.ts";
import type { Report } from "./report.ts";
import { show, suggest } from "./wording.ts";
import { definitionOf, inputsId } from "./workflow-json.ts";

/** An instance in a document, at whatever depth. Its id is a path such as "outer/inner". */
export type Instance = {
  readonly definition: string;
  readonly title: string;
  /** What each of its outputs gives, by the ids of the unpacked graph; an output that gives nothing is absent. */
  readonly outputs: ReadonlyMap<string, Address>;
  /** The parameters that a name of the definition stands for, by the ids of the unpacked graph. */
  parameter(name: string): readonly Address[] | undefined;
};

/** A graph without instances: the nodes inside one have the id of the instance before theirs, as "instance/inner". */
export type Flat = {
  readonly nodes: ReadonlyMap<string, DocumentNode>;
  readonly broken: ReadonlySet<string>;
  readonly instances: ReadonlyMap<string, Instance>;
  readonly exposed: ReadonlyMap<string, readonly Address[]>;
};

/** The nodes of a document or of one instance, before they are unpacked. */
type Level = {
  /** "" for the document, else the path of the instance and a slash. */
  readonly prefix: string;
  readonly nodes: ReadonlyMap<string, DocumentNode>;
  readonly mode: DocumentNode["mode"];
  readonly definition?: Definition;
  /** What feeds the instance's inputs. */
  readonly fed: ReadonlyMap<string, Source>;
  readonly inner: Map<string, Level>;
  /** What instances' exposed names set inside, by node. */
  readonly set: ReadonlyMap<string, Change>;
};

/** An address, and the level whose nodes it speaks of. */
type Source = { readonly at: Level; readonly address: Address };

/** What is set from outside on a node: parameters, and links that feed parameters. */
type Change = { readonly params: { [name: string]: unknown }; readonly links: Map<string, Source> };

type Root = {
  readonly nodes: ReadonlyMap<string, DocumentNode>;
  readonly broken: ReadonlySet<string>;
  readonly exposed: ReadonlyMap<string, readonly Address[]>;
};

/** Unpacks all instances, which have been measured. What is wrong inside a definition is reported as `tell` says. */
export function flatten(root: Root, definitions: Definitions, sizes: Sizes, report: Report): Flat {
  const nodes = new Map<string, DocumentNode>();
  const broken = new Set(root.broken);
  const instances = new Map<string, Instance>();
  const told = new Set<string>();
  const atEach = new Map<string, Definition["problems"]>();
  if (![...root.nodes.values()].some(({ type }) => definitionOf(type) !== undefined)) {
    warnOfUnused();
    return { ...root, instances };
  }
  const top: Level = { prefix: "", nodes: root.nodes, mode: "run", fed: new Map(), inner: new Map(), set: new Map() };
  const levels: Level[] = [];
  open(top);
  const find = finder();
  for (const level of levels) write(level);
  for (const level of levels) note(level);
  warnOfUnused();
  return { nodes, broken, instances, exposed: resolveExposed(root.exposed, top, report) };

  /** Makes a level of each instance, depth first: nesting is bounded. */
  function open(level: Level): void {
    levels.push(level);
    for (const node of level.nodes.values()) {
      const definition = sizes.definition(node);
      if (definition) open(enter(level, node, definition));
    }
  }

  function enter(level: Level, node: DocumentNode, definition: Definition): Level {
    const id = level.prefix + node.id;
    const change = level.set.get(node.id);
    const fed = new Map<string, Source>();
    const set = new Map<string, Change>();
    const changeOf = (inner: string): Change => {
      const known = set.get(inner) ?? { params: {}, links: new Map() };
      set.set(inner, known);
      return known;
    };
    const params = { ...node.params, ...change?.params };
    for (const name of Object.keys(params)) {
      const addresses = definition.exposed.get(name);
      if (!addresses) reportPort("unknown-param", id, name, definition, "parameter", [...definition.exposed.keys()]);
      for (const { node: inner, port } of addresses ?? []) changeOf(inner).params[port] = params[name];
    }
    const links = new Map<string, Source>(
      node.inputs.map(({ port, source }) => [port, { at: level, address: source }] as const),
    );
    for (const [port, source] of change?.links ?? []) links.set(port, source);
    for (const [port, source] of links) {
      const addresses = definition.exposed.get(port);
      if (definition.inputs.has(port)) fed.set(port, source);
      else if (!addresses)
        reportPort("unknown-port", id, port, definition, "input", [...definition.inputs, ...definition.exposed.keys()]);
      for (const { node: inner, port: param } of addresses ?? []) changeOf(inner).links.set(param, source);
    }
    if (node.version !== 1)
      report.error(
        "newer-version",
        { node: id },
        `Node "${id}" is an instance in version ${node.version}; known is 1.`,
        "Open the workflow with a newer Clipwork.",
      );
    const mode =
      level.mode === "mute" || node.mode === "mute" ? "mute" : level.mode === "bypass" ? "bypass" : node.mode;
    const inside: Level = { prefix: `${id}/`, nodes: definition.nodes, mode, definition, fed, inner: new Map(), set };
    level.inner.set(node.id, inside);
    return inside;
  }

  function reportPort(
    code: "unknown-param" | "unknown-port",
    id: string,
    port: string,
    { title }: Definition,
    noun: string,
    names: readonly string[],
  ): void {
    report.error(
      code,
      { node: id, port },
      `The subgraph ${show(title)} has no ${noun} ${show(port)}, which "${id}" ${code === "unknown-param" ? "sets" : "is linked at"}.`,
      () => suggest(port, names, noun),
    );
  }

  function write(level: Level): void {
    const { prefix, definition } = level;
    if (definition) {
      for (const id of definition.broken) broken.add(prefix + id);
      tell(definition, prefix);
      told.add(definition.id);
    }
    for (const node of level.nodes.values()) {
      if (level.inner.has(node.id)) continue;
      const id = prefix + node.id;
      const wanted = definitionOf(node.type);
      if (wanted !== undefined) {
        broken.add(id);
        // A circle, or nesting that is too deep, has been reported of the definitions themselves.
        if (!definitions.has(wanted)) reportUnknownDefinition(id, node.type, definitions, report);
        continue;
      }
      nodes.set(id, definition ? unpack(level, node) : linked(level, node));
    }
  }

  /**
   * Reports what is wrong inside a definition at its first instance; what is wrong with a node that was read, at every instance, since a run may
   * need that node in one and not in another.
   */
  function tell({ id, title, nodes, problems }: Definition, prefix: string): void {
    const again = atEach.get(id);
    if (!again)
      atEach.set(
        id,
        problems.filter(({ severity, node }) => severity === "error" && node !== undefined && nodes.has(node)),
      );
    for (const { node, port, message, ...problem } of again ?? problems)
      report.add({
        ...problem,
        ...(node !== undefined && { node: prefix + node }),
        ...(port !== undefined && { port }),
        message: `In the subgraph ${show(title)}: ${message}`,
      });
  }

  /** A node of the document itself; the same object unless one of its links leads to an instance. */
  function linked(level: Level, node: DocumentNode): DocumentNode {
    if (level.inner.size === 0 || !node.inputs.some(({ source }) => level.inner.has(source.node))) return node;
    return { ...node, inputs: linksOf(level, node, node.id) };
  }

  function unpack(level: Level, node: DocumentNode): DocumentNode {
    const { prefix, mode, set } = level;
    const change = set.get(node.id);
    const id = prefix + node.id;
    return {
      id,
      type: node.type,
      version: node.version,
      params: change ? { ...node.params, ...change.params } : node.params,
      inputs: linksOf(level, node, id, change?.links),
      mode: mode === "mute" || node.mode === "mute" ? "mute" : mode === "bypass" ? "bypass" : node.mode,
    };
  }

  function linksOf(
    level: Level,
    { inputs }: DocumentNode,
    id: string,
    more: Change["links"] = new Map(),
  ): DocumentLink[] {
    const sources = new Map<string, Source>(inputs.map(({ port, source }) => [port, { at: level, address: source }]));
    for (const [port, source] of more) sources.set(port, source);
    return [...sources].flatMap(([port, source]): DocumentLink[] => {
      if (source.address === badLink) return [{ port, source: badLink }];
      const found = find(source);
      if (found === undefined) return [];
      if ("node" in found) return [{ port, source: found }];
      report.error("dangling-link", { node: id, port }, `"${id}.${port}" ${found.message}.`, found.remedy);
      return [{ port, source: badLink }];
    });
  }

  /** What is wrong inside a definition that no node stands for prevents nothing. */
  function warnOfUnused(): void {
    for (const { id, title, problems } of definitions.values())
      if (!told.has(id))
        for (const { code, message, remedy } of problems)
          report.warning(code, {}, `In the subgraph ${show(title)}, which no node stands for: ${message}`, remedy);
  }

  function note(outer: Level): void {
    for (const [node, level] of outer.inner) {
      const id = outer.prefix + node;
      const of = level.definition!;
      const outputs = new Map<string, Address>();
      for (const [port, from] of of.outputs) {
        const found = from && find({ at: level, address: from });
        if (found && "node" in found) outputs.set(port, found);
        else if (found && !told.has(`${of.id}.${port}`)) {
          told.add(`${of.id}.${port}`);
          const where = `The output ${show(port)} of the subgraph ${show(of.title)}`;
          report.error("dangling-link", { node: id, port }, `${where} ${found.message}.`, found.remedy);
        }
      }
      const parameter = (name: string) => inside(outer, { node, port: name });
      instances.set(id, { definition: of.id, title: of.title, outputs, parameter });
    }
  }
}

/** Why an address leads nowhere. */
type Lost = { readonly message: string; readonly remedy: string };

/**
 * Follows addresses through the inputs and outputs of instances to a node of the unpacked graph. Undefined for an input that nothing
 * feeds. What was found is remembered: a long row of instances that pass a value on is gone through once.
 */
function finder(): (source: Source) => Address | Lost | undefined {
  const known = new Map<Level, Map<string, Address | Lost | undefined>>();
  return (source) => {
    const passed: [Level, string][] = [];
    const onWay = new Set<string>();
    let { at, address } = source;
    let found: Address | Lost | undefined;
    for (;;) {
      const { node, port } = address;
      const key = `${node}.${port}`;
      const inner = at.inner.get(node);
      const fromInputs = at.definition && node === inputsId;
      if (!inner && !fromInputs) {
        found = at.prefix === "" ? address : { node: at.prefix + node, port };
        break;
      }
      const here = known.get(at);
      if (here?.has(key)) {
        found = here.get(key);
        break;
      }
      const name = `${at.prefix}${key}`;
      if (onWay.has(name)) {
        found = {
          message: "leads round in a circle of subgraphs that only pass it on",
          remedy: "Remove one of the links.",
        };
        break;
      }
      onWay.add(name);
      passed.push([at, key]);
      if (inner) {
        const { title, outputs } = inner.definition!;
        const from = outputs.get(port);
        if (!from) {
          found = outputs.has(port)
            ? {
                message: `leads to the output ${show(port)} of the subgraph ${show(title)}, which gives nothing yet`,
                remedy: "Open the subgraph and link something to that output.",
              }
            : {
                message: `leads to the output ${show(port)}, which the subgraph ${show(title)} does not have`,
                remedy: suggest(port, outputs.keys(), "output"),
              };
          break;
        }
        [at, address] = [inner, from];
        continue;
      }
      const { title, inputs } = at.definition!;
      const next = at.fed.get(port);
      if (!next) {
        if (!inputs.has(port))
          found = {
            message: `leads to the input ${show(port)}, which the subgraph ${show(title)} does not have`,
            remedy: suggest(port, inputs.keys(), "input"),
          };
        break;
      }
      if (next.address === badLink) {
        found = badLink;
        break;
      }
      ({ at, address } = next);
    }
    for (const [level, key] of passed) {
      const here = known.get(level) ?? new Map<string, Address | Lost | undefined>();
      known.set(level, here.set(key, found));
    }
    return found;
  };
}

/** The exposed names of a document by the ids of its unpacked graph. */
function resolveExposed(exposed: Root["exposed"], top: Level, report: Report): ReadonlyMap<string, readonly Address[]> {
  const resolved = new Map<string, readonly Address[]>();
  for (const [name, addresses] of exposed) {
    const found = addresses.flatMap((address) => inside(top, address) ?? []);
    if (found.length > 0) resolved.set(name, found);
    for (const address of addresses)
      if (inside(top, address) === undefined) {
        const { title, exposed } = top.inner.get(address.node)!.definition!;
        report.warning(
          "bad-exposed",
          {},
          `The exposed name ${show(name)} stands for "${address.node}.${address.port}", but the subgraph ${show(title)} has no parameter ${show(address.port)}.`,
          () => suggest(address.port, exposed.keys(), "parameter"),
        );
      }
  }
  return resolved;
}

function inside(level: Level, { node, port }: Address): readonly Address[] | undefined {
  const inner = level.inner.get(node);
  if (!inner) return [{ node: level.prefix + node, port }];
  return inner.definition!.exposed.get(port)?.flatMap((address) => inside(inner, address) ?? []);
}
