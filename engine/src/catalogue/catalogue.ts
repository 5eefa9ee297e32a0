import { valueUnder } from "../document/lookup.ts";
import { defineKind, type Kind } from "../kinds/kind.ts";
import type { Socket } from "../kinds/socket.ts";
import type { AnyCatalogue, Catalogue } from "./environment.ts";
import type { AnyNodeDefinition, NodeDefinition } from "./node.ts";
import { type Param, paramSocketType } from "./param.ts";
import { checkParam } from "./param-check.ts";

const typePattern = /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/;
const namePattern = /^[a-zA-Z][a-zA-Z0-9]{0,63}$/;

/** The catalogue of the given node types. Throws on a declaration that contradicts itself: that is a bug of its author. */
export function createCatalogue<Services>(definitions: Iterable<NodeDefinition<Services>>): Catalogue<Services> {
  const catalogue = new Map<string, NodeDefinition<Services>>();
  for (const definition of definitions) {
    checkDefinition(definition);
    if (catalogue.has(definition.type)) throw new Error(`Two node types are called "${definition.type}".`);
    catalogue.set(definition.type, definition);
  }
  kindsOf(catalogue);
  return catalogue;
}

/** The kinds of all sockets, by name. Throws when two kinds have one name. */
export function kindsOf(catalogue: AnyCatalogue): ReadonlyMap<string, Kind> {
  const kinds = new Map<string, Kind>();
  for (const { type, inputs, outputs } of catalogue.values())
    for (const { of: kind } of [...Object.values(inputs), ...Object.values(outputs)]) {
      const known = kinds.get(kind.kind) ?? kind;
      if (known !== kind)
        throw new Error(`The node type "${type}" brings a second kind that is called "${kind.kind}".`);
      kinds.set(kind.kind, kind);
    }
  return kinds;
}

type Bad = (reason: string) => never;

function checkDefinition(definition: AnyNodeDefinition): void {
  const bad: Bad = (reason) => {
    throw new Error(`The declaration of node type "${definition.type}" is wrong: ${reason}.`);
  };
  const { type, version, inputs, outputs, params, migrations } = definition;
  if (!typePattern.test(type)) bad('a type is written "group.name" in small letters, digits and -');
  if (type.startsWith("subgraph.")) bad('the group "subgraph" is kept for the instances of subgraphs');
  if (type.startsWith("loop.")) bad('the group "loop" is kept for loops');
  if (!Number.isSafeInteger(version) || version < 1) bad("its version has to be a whole number from 1");
  if (definition.timeLimit !== undefined && !(definition.timeLimit > 0))
    bad("its time limit has to be above 0 seconds");
  const names = [inputs, outputs, params].flatMap((part) => Object.keys(part));
  for (const name of names) {
    if (!namePattern.test(name)) bad(`"${name}" may only have letters and digits`);
    if (name in Object.prototype) bad(`"${name}" is a name that every object has`);
  }
  const settable = [...Object.keys(inputs), ...Object.keys(params)];
  if (new Set(settable).size < settable.length) bad("an input and a parameter have the same name");
  if (!definition.run && Object.keys(outputs).length > 0) bad("a node without run is a sink and has no outputs");
  for (const [port, socket] of Object.entries(inputs)) checkCondition(port, socket, definition, bad);
  if (definition.moves) checkMover(definition, bad);
  for (const [port, socket] of Object.entries({ ...inputs, ...outputs }))
    if (socket.of?.kind !== socket.type?.kind) bad(`"${port}" was not declared as a socket of a kind`);
  const variables = new Set(Object.values(inputs).flatMap((socket) => variableOf(socket)));
  for (const [port, socket] of Object.entries(outputs)) {
    if (socket.optional || socket.when) bad(`output "${port}" cannot be optional`);
    checkCondition(port, socket, definition, bad);
    for (const name of variableOf(socket)) if (!variables.has(name)) bad(`no input binds the type of output "${port}"`);
  }
  for (const [name, param] of Object.entries(params)) {
    const complaint = param.kind === "file" ? undefined : checkParam(param, param.default);
    if (complaint) bad(`the default of "${name}" ${complaint.message}`);
  }
  const packs = Object.values(params).filter(({ kind }) => kind === "pack").length;
  if (packs > 1) bad("it has more than one pack parameter");
  if (packs === 0 && readsPack(definition)) bad("it names arrays or stages but has no pack parameter");
  migrations.forEach(({ from }, i) => {
    if (from !== version - migrations.length + i) bad("its migrations have to end at its version and leave no gap");
  });
}

function checkCondition(port: string, { when, whenPack }: Socket, definition: AnyNodeDefinition, bad: Bad): void {
  if (whenPack !== undefined && Object.values(definition.params).every(({ kind }) => kind !== "pack"))
    bad(`"${port}" depends on a fact of the pack, but it has no pack parameter`);
  if (whenPack !== undefined && !definition.run)
    bad(`input "${port}" has a condition, but a sink takes all it is given`);
  if (!when) return;
  const param = Object.hasOwn(definition.params, when.param) ? definition.params[when.param] : undefined;
  if (!definition.run) bad(`input "${port}" has a condition, but a sink takes all it is given`);
  const complaint = param && paramSocketType(param) ? checkParam(param, when.is) : undefined;
  if (!param || !paramSocketType(param)) bad(`the condition of input "${port}" names no parameter that can decide`);
  if (complaint) bad(`the condition of input "${port}" can never hold: "${when.param}" ${complaint.message}`);
}

/** Whether it names anything of a pack. */
function readsPack({ stages, optionalStages, arrays, optionalArrays }: AnyNodeDefinition): boolean {
  return [stages, optionalStages, arrays, optionalArrays].some(({ length }) => length > 0);
}

function checkMover(definition: AnyNodeDefinition, bad: Bad): void {
  const { inputs, outputs, params, run } = definition;
  if (!run || readsPack(definition)) bad("a node that moves values has run, no stages and no arrays");
  if (Object.values(params).some((param) => !paramSocketType(param)))
    bad("the parameters of a node that moves values have to be linkable");
  for (const [port, { type }] of Object.entries({ ...inputs, ...outputs }))
    if (type.kind !== "variable") bad(`it moves values, so the type of "${port}" has to be a variable`);
}

function variableOf(socket: Socket): string[] {
  return socket.type.kind === "variable" ? [socket.type.name ?? ""] : [];
}

/** A kind as plain data: what an editor has to know to draw its nodes and links. */
export type KindJson = Pick<Kind, "kind" | "hue" | "card">;

/** The kinds of all sockets as plain data, sorted by name; safe to send as JSON. */
export function kindsJson(catalogue: AnyCatalogue): readonly KindJson[] {
  return [...kindsOf(catalogue).values()]
    .map(({ kind, hue, card }) => ({ kind, ...(hue !== undefined && { hue }), ...(card && { card }) }))
    .sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

/** A socket as plain data. */
export type SocketJson = Omit<Socket, "of" | "phantom">;

/** A node type as plain data, for the editor, the reference and the `nodes` command. */
export type NodeTypeJson = {
  readonly type: string;
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  /** The node pack that brings it; absent where Clipwork does. */
  readonly origin?: string;
  /** True for a node whose value is its input, where a run's scope starts. */
  readonly sink: boolean;
  /** True for a node that only passes on what it is given: it neither runs nor is cached. */
  readonly moves: boolean;
  readonly inputs: { readonly [port: string]: SocketJson };
  readonly outputs: { readonly [port: string]: SocketJson };
  readonly params: { readonly [name: string]: Param & { readonly linkable: boolean } };
  readonly stages: readonly string[];
  readonly optionalStages: readonly string[];
  readonly arrays: readonly string[];
  readonly optionalArrays: readonly string[];
};

/** The catalogue as plain data, sorted by type; safe to send as JSON. */
export function catalogueJson(catalogue: AnyCatalogue): readonly NodeTypeJson[] {
  return [...catalogue.values()]
    .map(({ origin, run, moves, inputs, outputs, params, ...definition }) => ({
      type: definition.type,
      version: definition.version,
      title: definition.title,
      summary: definition.summary,
      ...(origin === undefined ? {} : { origin }),
      sink: run === undefined,
      moves: moves ?? false,
      inputs: mapValues(inputs, socketJson),
      outputs: mapValues(outputs, socketJson),
      params: Object.fromEntries(
        Object.entries(params).map(([name, param]) => [
          name,
          { ...param, linkable: paramSocketType(param) !== undefined },
        ]),
      ),
      stages: definition.stages,
      optionalStages: definition.optionalStages,
      arrays: definition.arrays,
      optionalArrays: definition.optionalArrays,
    }))
    .sort((a, b) => (a.type < b.type ? -1 : 1));
}

/**
 * The catalogue that `catalogueJson` and `kindsJson` wrote, for those who validate but do not run, such as the editor. Its nodes cannot be
 * run, and it knows no migrations: a document with older nodes is for the host to bring up to date.
 */
export function catalogueFromJson(nodes: readonly NodeTypeJson[], kinds: readonly KindJson[]): Catalogue {
  const byName = new Map(kinds.map((json) => [json.kind, defineKind({ ...json, check: cannotCheck })]));
  const socket = (json: SocketJson): Socket => ({ ...json, of: valueUnder(byName, json.type.kind) });
  return createCatalogue(
    nodes.map(
      ({ sink, inputs, outputs, ...node }): NodeDefinition => ({
        ...node,
        inputs: mapValues(inputs, socket),
        outputs: mapValues(outputs, socket),
        migrations: [],
        ...(sink ? {} : { run: cannotRun }),
      }),
    ),
  );
}

function socketJson({ of: _, ...json }: Socket): SocketJson {
  return json;
}

function mapValues<A, B>(record: { readonly [name: string]: A }, change: (value: A) => B): { [name: string]: B } {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

function cannotCheck(): never {
  throw new Error("A catalogue that was read from JSON cannot check values.");
}

function cannotRun(): never {
  throw new Error("A catalogue that was read from JSON cannot run its nodes.");
}
