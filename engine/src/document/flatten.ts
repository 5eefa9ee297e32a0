import { reportUnknownDefinition, type Sizes } from "./definition-sizes.ts";
import { finder } from "./find-source.ts";
import type { Change, Inner, Level, Source } from "./levels.ts";
import { readRounds, roundsName } from "./loop.ts";
import type { Definition, Definitions } from "./read-definitions.ts";
import { type Address, badLink, type DocumentLink, type DocumentNode } from "./read-node.ts";
import type { Report } from "./report.ts";
import { parametersAt, resolveExposed } from "./resolve-exposed.ts";
import { againOutput } from "./rounds.ts";
import { type Between, sourceIn, unroll } from "./unroll.ts";
import { show, suggest } from "./wording.ts";
import { definitionOf, type LoopKind, loopOf } from "./workflow-json.ts";

/** An instance in a document, at whatever depth. Its id is a path such as "outer/inner". */
export type Instance = {
  readonly definition: string;
  readonly title: string;
  /** Present for a loop: its rounds are instances too, with the ids "loop/1", "loop/2" and so on. */
  readonly loop?: { readonly kind: LoopKind; readonly rounds: number };
  /** The names of a loop's outputs in their order, also of those that give nothing. */
  readonly outputNames?: readonly string[];
  /** What each of its outputs gives, by the ids of the unpacked graph; an output that gives nothing is absent. */
  readonly outputs: ReadonlyMap<string, Address>;
  /** What feeds its inputs, in their order, if it is bypassed as a whole: one that is not inside another that is left out. */
  readonly bypassed?: readonly Address[];
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

/** What a document may bring when it is unpacked. */
export type Limits = {
  readonly nodes: number;
  /** Parameters, links and exposed names. */
  readonly entries: number;
};

type Root = {
  readonly nodes: ReadonlyMap<string, DocumentNode>;
  readonly broken: ReadonlySet<string>;
  readonly exposed: ReadonlyMap<string, readonly Address[]>;
};

/**
 * Unpacks all instances, which have been measured. What is wrong inside a definition is reported as `tell` says. Undefined, with a report, if
 * loops that are set from outside bring more than `most`.
 */
export function flatten(
  root: Root,
  definitions: Definitions,
  sizes: Sizes,
  report: Report,
  most: Limits,
): Flat | undefined {
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
  const between: Between[] = [];
  let nodesSoFar = root.nodes.size;
  let entries = 0;
  const tooLarge = open(top);
  if (tooLarge) return refuse(`in ${show(tooLarge.title)}`);
  const find = finder();
  for (const level of levels) write(level);
  for (const { links, ...node } of between)
    nodes.set(node.id, { ...node, version: 1, inputs: linksOf(top, [], node.id, links) });
  for (const level of levels) note(level);
  warnOfUnused();
  const exposed = resolveExposed(root.exposed, top, most.entries - entries, report);
  return exposed ? { nodes, broken, instances, exposed } : refuse("at its exposed names");

  function refuse(where: string): undefined {
    const counted =
      nodesSoFar > most.nodes ? `${most.nodes} nodes` : `${most.entries} parameters, links and exposed names`;
    report.error(
      "too-many-nodes",
      {},
      `With all subgraphs unpacked the workflow has more than ${counted}, which are not read. It got there ${where}.`,
      "Use fewer rounds or instances, or split the workflow.",
    );
  }

  /** Makes a level of each instance and round, depth first: nesting is bounded. Returns the definition at which there is too much. */
  function open(level: Level): Definition | undefined {
    levels.push(level);
    for (const node of level.nodes.values()) {
      const definition = sizes.definition(node);
      if (!definition) continue;
      const inner = enter(level, node, definition);
      if (!inner) return definition;
      for (const round of inner.rounds) {
        const tooLarge = open(round);
        if (tooLarge) return tooLarge;
      }
    }
    return undefined;
  }

  /** Counts what so many rounds bring, before any of them is made. */
  function hasRoom(definition: Definition, rounds: number, isLoop: boolean): boolean {
    const own = sizes.own(definition, isLoop);
    nodesSoFar += own.nodes * rounds;
    entries += own.entries * rounds;
    return nodesSoFar <= most.nodes && entries <= most.entries;
  }

  function enter(level: Level, node: DocumentNode, definition: Definition): Inner | undefined {
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
    const loop = loopOf(node.type);
    for (const name of Object.keys(params)) {
      if (loop && name === roundsName) continue;
      const addresses = definition.exposed.get(name);
      if (!addresses) reportPort("unknown-param", id, name, definition, "parameter", [...definition.exposed.keys()]);
      for (const { node: inner, port } of addresses ?? []) changeOf(inner).params[port] = params[name];
    }
    const links = new Map<string, Source>(
      node.inputs.map(({ port, source }) => [port, { at: level, address: source }] as const),
    );
    for (const [port, source] of change?.links ?? []) links.set(port, source);
    for (const [port, source] of links) {
      if (loop && port === roundsName) {
        report.error(
          "not-linkable",
          { node: id, port },
          `"${id}.${port}" says how many rounds the plan has, so it cannot be fed by a link.`,
          'Remove the link and give the value in "params".',
        );
        continue;
      }
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
    const mode = level.mode === "mute" || node.mode !== "run" ? "mute" : "run";
    const inside = (prefix: string, fed: Level["fed"]): Level => ({
      ...{ prefix, nodes: definition.nodes, mode, definition, fed },
      ...{ inner: new Map(), set },
    });
    const inner = loop
      ? repeated(id, loop, { definition, mode, params, fed }, inside)
      : once(definition, inside(`${id}/`, fed));
    if (!inner) return undefined;
    const isBypassed = level.mode !== "mute" && node.mode === "bypass";
    level.inner.set(node.id, isBypassed ? { ...inner, bypassed: fed } : inner);
    return inner;
  }

  function once(definition: Definition, inside: Level): Inner | undefined {
    if (!hasRoom(definition, 1, false)) return undefined;
    const given = new Map([...definition.outputs.keys()].map((port) => [port, sourceIn(inside, port)]));
    return { definition, rounds: [inside], given };
  }

  /** A loop that is muted or bypassed has one round: what it passes on would be the same after more of them. */
  function repeated(
    id: string,
    kind: LoopKind,
    { params, ...loop }: Pick<Level, "mode" | "fed"> & { readonly definition: Definition; readonly params: object },
    inside: (prefix: string, fed: Level["fed"]) => Level,
  ): Inner | undefined {
    const { definition, mode } = loop;
    const asked = readRounds(id, params as DocumentNode["params"], report);
    checkLoop(id, kind, definition);
    const rounds = mode === "run" ? asked : 1;
    if (!hasRoom(definition, rounds, true)) return undefined;
    const unrolled = unroll({ ...loop, id, kind, rounds }, inside);
    for (const node of unrolled.between) between.push(node);
    return { definition, loop: kind, rounds: unrolled.rounds, given: unrolled.given };
  }

  function checkLoop(id: string, kind: LoopKind, { title, inputs, outputs, exposed }: Definition): void {
    if (inputs.has(roundsName) || exposed.has(roundsName))
      report.error(
        "bad-loop",
        { node: id, port: roundsName },
        `The subgraph ${show(title)} has something of its own that is called ${show(roundsName)}, which is how many rounds a loop runs.`,
        "Open the subgraph and give it another name.",
      );
    if (kind === "while" && !outputs.get(againOutput))
      report.error(
        "bad-loop",
        { node: id },
        `The loop "${id}" goes on as long as the output ${show(againOutput)} of ${show(title)} is true, but there is no such output.`,
        `Open the subgraph and add an output ${show(againOutput)} that gives true or false, or choose a fixed number of rounds.`,
      );
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
    return { ...node, inputs: linksOf(level, node.inputs, node.id) };
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
      inputs: linksOf(level, node.inputs, id, change?.links),
      mode: mode === "mute" ? "mute" : node.mode,
    };
  }

  function linksOf(
    level: Level,
    inputs: readonly DocumentLink[],
    id: string,
    more: ReadonlyMap<string, Source> = new Map(),
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

  /** What feeds the inputs of an instance, in their order; those that nothing feeds are left out. */
  function feeding({ inputs }: Definition, fed: Level["fed"]): readonly Address[] {
    return [...inputs].flatMap((port) => {
      const source = fed.get(port);
      const found = source && source.address !== badLink ? find(source) : undefined;
      return found && "node" in found ? [found] : [];
    });
  }

  function note(outer: Level): void {
    for (const [node, { definition: of, rounds, loop, given, bypassed }] of outer.inner) {
      const id = outer.prefix + node;
      const outputs = new Map<string, Address>();
      for (const [port, from] of given) {
        const found = from && find(from);
        if (found && "node" in found) outputs.set(port, found);
        else if (found && !told.has(`${of.id}.${port}`)) {
          told.add(`${of.id}.${port}`);
          const where = `The output ${show(port)} of the subgraph ${show(of.title)}`;
          report.error("dangling-link", { node: id, port }, `${where} ${found.message}.`, found.remedy);
        }
      }
      const parameter = (name: string) => parametersAt(outer, { node, port: name });
      const named = { definition: of.id, title: of.title };
      instances.set(id, {
        ...named,
        ...(loop && { loop: { kind: loop, rounds: rounds.length }, outputNames: [...of.outputs.keys()] }),
        ...(bypassed && { bypassed: feeding(of, bypassed) }),
        ...{ outputs, parameter },
      });
      for (const [i, round] of loop ? rounds.entries() : [])
        instances.set(`${id}/${i + 1}`, {
          ...named,
          outputs: new Map(
            [...of.outputs.keys()].flatMap((port): [string, Address][] => {
              const source = sourceIn(round, port);
              const found = source && find(source);
              return found && "node" in found ? [[port, found]] : [];
            }),
          ),
          parameter,
        });
    }
  }
}
