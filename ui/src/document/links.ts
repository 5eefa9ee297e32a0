import {
  type AnyEnvironment,
  fits,
  inputOf,
  type Problem,
  paramOf,
  paramSocketType,
  readDocument,
  resolveType,
  type SocketType,
  type Validation,
  validate,
  type WorkflowJson,
} from "@clipwork/engine";
import { connect, type End, endOf } from "./edit.ts";

export type Side = "input" | "output";
export type SocketRef = End & { readonly side: Side };

/** A link as the document has it. */
export type Link = { readonly id: string; readonly from: End; readonly to: End };

/** All links of the workflow. A link's id is its input's address, since an input has at most one link. */
export function linksOf(workflow: WorkflowJson): Link[] {
  return Object.entries(workflow.nodes).flatMap(([node, { inputs }]) =>
    Object.entries(inputs ?? {}).flatMap(([port, source]): Link[] => {
      const from = endOf(source);
      return from && Object.hasOwn(workflow.nodes, from.node)
        ? [{ id: `${node}.${port}`, from, to: { node, port } }]
        : [];
    }),
  );
}

/** The link between the two sockets in its direction, or undefined if both are on one side. */
export function orient(a: SocketRef, b: SocketRef): { readonly from: End; readonly to: End } | undefined {
  if (a.side === b.side) return undefined;
  return a.side === "output" ? { from: a, to: b } : { from: b, to: a };
}

/** Why the link is refused, in the engine's words, or undefined if it may be made. Other problems do not count. */
export function refusal(workflow: WorkflowJson, from: End, to: End, environment: AnyEnvironment): Problem | undefined {
  const linked = connect(workflow, from, to);
  const old = problemsOf(workflow, environment, to.node);
  const before = new Set(old.map(({ message }) => message));
  const problems = problemsOf(linked, environment, to.node);
  const atLink = problems.find(({ node, port, code }) => node === to.node && port === to.port && refusing.has(code));
  const isNew = (problem: Problem) => !before.has(problem.message);
  // What is linked to an instance is checked at the nodes inside.
  const inside = problems.find(
    (problem) => problem.node?.startsWith(`${to.node}/`) && refusing.has(problem.code) && isNew(problem),
  );
  return atLink ?? inside ?? problems.find((problem) => problem.code === "cycle" && isNew(problem));
}

function problemsOf(workflow: WorkflowJson, environment: AnyEnvironment, target: string): readonly Problem[] {
  const { document, problems } = readDocument(workflow);
  return document ? validate(document, environment, { targets: [target] }).problems : problems;
}

const refusing = new Set(["wrong-type", "not-linkable", "unknown-port", "dangling-link"]);

/** The type that a socket has in the workflow, as far as it is known. */
export type SocketTypes = {
  output(end: End): SocketType | undefined;
  input(end: End): SocketType | undefined;
};

/** Looks up the type of every socket of the workflow, in which `typesOf` has found those of all outputs. */
export function socketTypes(
  workflow: WorkflowJson,
  environment: AnyEnvironment,
  typesOf: Validation["types"] = () => typesIn(workflow, environment),
): SocketTypes {
  let outputs: ReturnType<typeof typesOf> | undefined;
  return {
    output({ node, port }) {
      outputs ??= typesOf();
      return outputs.get(node)?.[port];
    },
    input: ({ node, port }) => {
      const type = workflow.nodes[node]?.type;
      const definition = type === undefined ? undefined : environment.catalogue.get(type);
      if (!definition) return undefined;
      if (Object.hasOwn(definition.params, port)) return paramSocketType(paramOf(definition, port));
      if (!Object.hasOwn(definition.inputs, port)) return undefined;
      const name = packName(workflow, node, environment);
      const facts = name !== undefined && Object.hasOwn(environment.packs, name) ? environment.packs[name] : undefined;
      return resolveType(inputOf(definition, port).type, { pack: facts && "stages" in facts ? facts : undefined });
    },
  };
}

function typesIn(workflow: WorkflowJson, environment: AnyEnvironment): ReturnType<Validation["types"]> {
  const { document } = readDocument(workflow);
  return document ? validate(document, environment).types() : new Map();
}

function packName(workflow: WorkflowJson, node: string, { catalogue }: AnyEnvironment): string | undefined {
  const { type, params } = workflow.nodes[node]!;
  const pack = Object.entries(catalogue.get(type)?.params ?? {}).find(([, { kind }]) => kind === "pack");
  if (!pack) return undefined;
  const value = params?.[pack[0]] ?? pack[1].default;
  return typeof value === "string" ? value : undefined;
}

/**
 * Whether a link between the two would fit by type and close no cycle. Quick, because it is asked of every socket during a
 * drag.
 */
export function couldLink(
  types: SocketTypes,
  dragged: SocketRef,
  other: SocketRef,
  forbidden: ReadonlySet<string>,
): boolean {
  const link = orient(dragged, other);
  if (!link || forbidden.has(other.node)) return false;
  const has = types.output(link.from);
  const needs = types.input(link.to);
  return has !== undefined && needs !== undefined && fits(has, needs);
}

/** The nodes with which a link from or to the socket would close a cycle: itself, and all before or behind it. */
export function wouldCircle(workflow: WorkflowJson, { node, side }: SocketRef): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const { from, to } of linksOf(workflow)) {
    const [here, there] = side === "output" ? [to.node, from.node] : [from.node, to.node];
    next.set(here, [...(next.get(here) ?? []), there]);
  }
  const reached = new Set([node]);
  const open = [node];
  for (let id = open.pop(); id !== undefined; id = open.pop())
    for (const near of next.get(id) ?? [])
      if (!reached.has(near)) {
        reached.add(near);
        open.push(near);
      }
  return reached;
}

/** The outputs, as "node.port", that could feed the input: they fit by type and close no cycle. */
export function fittingSources(workflow: WorkflowJson, to: End, environment: AnyEnvironment): string[] {
  const types = socketTypes(workflow, environment);
  const needs = types.input(to);
  if (!needs) return [];
  const circle = wouldCircle(workflow, { ...to, side: "input" });
  return Object.entries(workflow.nodes).flatMap(([node, { type }]) => {
    if (circle.has(node)) return [];
    return Object.keys(environment.catalogue.get(type)?.outputs ?? {}).flatMap((port) => {
      const has = types.output({ node, port });
      return has && fits(has, needs) ? [`${node}.${port}`] : [];
    });
  });
}

/** The sockets of a node, by their names as the catalogue has them. Parameters that no link may feed are none. */
export function socketsOf(
  workflow: WorkflowJson,
  id: string,
  { catalogue }: AnyEnvironment,
): { readonly [part in "inputs" | "outputs" | "params"]: readonly SocketRef[] } {
  const definition = catalogue.get(workflow.nodes[id]?.type ?? "");
  const refs = (ports: readonly string[], side: Side) => ports.map((port) => ({ node: id, port, side }));
  const params = Object.entries(definition?.params ?? {}).filter(([, param]) => paramSocketType(param) !== undefined);
  return {
    inputs: refs(Object.keys(definition?.inputs ?? {}), "input"),
    outputs: refs(Object.keys(definition?.outputs ?? {}), "output"),
    params: refs(
      params.map(([name]) => name),
      "input",
    ),
  };
}

/** The sockets, as "node.port", that could be at the other end of a link: they fit by type and close no cycle. Inputs come before parameters. */
export function partnersOf(workflow: WorkflowJson, socket: SocketRef, environment: AnyEnvironment): string[] {
  if (socket.side === "input") return fittingSources(workflow, socket, environment);
  const types = socketTypes(workflow, environment);
  const circle = wouldCircle(workflow, socket);
  const sockets = Object.keys(workflow.nodes).map((id) => socketsOf(workflow, id, environment));
  return [...sockets.flatMap(({ inputs }) => inputs), ...sockets.flatMap(({ params }) => params)]
    .filter((other) => couldLink(types, socket, other, circle))
    .map(({ node, port }) => `${node}.${port}`);
}
