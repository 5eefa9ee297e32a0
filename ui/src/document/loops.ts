import {
  freeName,
  instanceType,
  type LoopKind,
  loopOf,
  type NodeDefinition,
  type NodeJson,
  roundInput,
  roundsLimits,
  roundsName,
  type WorkflowJson,
  withoutRounds,
} from "@clipwork/engine";
import { renamePort, withDefinition } from "./subgraph-ports.ts";

/** How many rounds a loop runs, or runs at most; undefined for a node that is no loop. */
export function roundsOf({ type, params = {} }: Pick<NodeJson, "type" | "params">): number | undefined {
  if (loopOf(type) === undefined) return undefined;
  const rounds = params[roundsName];
  return typeof rounds === "number" ? rounds : roundsLimits.default;
}

/** The node as a loop of its definition, or as an instance that runs once. */
export function withLoop(node: NodeJson, definition: string, loop: LoopKind | undefined): NodeJson {
  const type = instanceType(definition, loop);
  if (loop) return { ...node, type };
  const { [roundsName]: _, ...params } = node.params ?? {};
  return { ...node, type, ...(node.params && { params }) };
}

/**
 * The document in which a definition can run in rounds: an output of the kind of an input has that input's name, so that it is carried, and what
 * is carried is collected too. `described` is the definition as a node type.
 */
export function readyForRounds(whole: WorkflowJson, id: string, described: NodeDefinition): WorkflowJson {
  const kindOf = (side: "inputs" | "outputs", port: string) => described[side][port]?.type.kind;
  const outputs = Object.keys(described.outputs);
  const carried = new Set(outputs.filter((port) => kindOf("inputs", port) === kindOf("outputs", port)));
  let now = whole;
  for (const port of outputs) {
    if (carried.has(port)) continue;
    const partner = Object.keys(described.inputs).find(
      (input) => input !== roundInput && !carried.has(input) && kindOf("inputs", input) === kindOf("outputs", port),
    );
    const taken = (name: string) =>
      Object.hasOwn(now.definitions![id]!.outputs ?? {}, name) || Object.hasOwn(described.inputs, name);
    if (partner !== undefined) {
      if (outputs.includes(partner)) now = renamePort(now, id, "outputs", partner, freeName(partner, taken));
      now = renamePort(now, id, "outputs", port, partner);
      carried.add(partner);
    } else if (Object.hasOwn(described.inputs, port)) now = renamePort(now, id, "outputs", port, freeName(port, taken));
  }
  const definition = now.definitions![id]!;
  const first = Object.entries(definition.outputs ?? {}).find(([port]) => carried.has(port));
  const collects = Object.keys(definition.outputs ?? {}).some((port) => !Object.hasOwn(definition.inputs ?? {}, port));
  if (!first || collects) return now;
  const all = freeName("all", (name) => Object.hasOwn({ ...definition.inputs, ...definition.outputs }, name));
  return withDefinition(now, id, { ...definition, outputs: { ...definition.outputs, [all]: { ...first[1] } } });
}

/**
 * The path of the card that stands for a node of the graph that runs: without rounds, and for a node between rounds without the number of its
 * output, so that it leads to the card of the outputs.
 */
export function cardOf(id: string): string {
  return withoutRounds(id).replace(/\/\d+$/, "");
}

/** The round of a loop that an id inside it is of; undefined for an id elsewhere. */
export function roundIn(id: string, loop: string): number | undefined {
  if (!id.startsWith(`${loop}/`)) return undefined;
  const [, number] = /^\/(\d+)(?:\/|$)/.exec(id.slice(loop.length)) ?? [];
  return number === undefined ? undefined : Number(number);
}
