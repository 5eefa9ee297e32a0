import {
  type Catalogue,
  definitionOf,
  definitionsWithin,
  describeDefinition,
  instanceType,
  loopOf,
  type NodeDefinition,
  type WorkflowJson,
} from "@clipwork/engine";
import { environmentFor } from "../document/environment.ts";
import { definitionAt, inputsType, outputsType } from "../document/levels.ts";
import type { Offer, OfferState } from "./offer.ts";
import { createStore } from "./store.ts";
import type { OpenWorkflow } from "./workflow.ts";

/**
 * What the server offers with what the document in front defines: its subgraphs are node types too, and inside one of them the cards of its two
 * sides have the ports that it has.
 */
export function withSubgraphs(offer: Offer, workflow: OpenWorkflow): Offer {
  const { get, set, listen } = createStore<OfferState>(offer.get());
  let seen: readonly unknown[] = [];
  let described: readonly NodeDefinition[] = [];
  let known: ReadonlyMap<string, Described> = new Map();
  const follow = () => {
    const { whole, path } = workflow.get();
    const offered = offer.get();
    const inside = definitionAt(whole, path)?.id;
    const loops = loopsIn(whole);
    const now = [offered, whole.definitions, inside, loops.join(" ")];
    if (now.every((part, i) => part === seen[i])) return;
    const [before] = seen;
    seen = now;
    known = describeAll(whole, loops, offered, known);
    const types = [...known.values()].flatMap(({ type, sides }) => {
      if (!type) return [];
      return inside !== undefined && type.type === instanceType(inside) ? [type, ...sides] : [type];
    });
    if (offered === before && isSame(types, described)) return;
    described = types;
    set(types.length === 0 ? offered : { ...offered, catalogue: extended(offered.catalogue, types) });
  };
  workflow.listen(follow);
  offer.listen(follow);
  follow();
  return { ...offer, get, listen };
}

function extended(catalogue: Catalogue, more: readonly NodeDefinition[]): Catalogue {
  return new Map([...catalogue, ...more.map((definition) => [definition.type, definition] as const)]);
}

/** A definition as a node type, if it can be one, and what that was made from. */
type Described = {
  readonly from: readonly unknown[];
  readonly type: NodeDefinition | undefined;
  /** Its two sides, for when it is open. */
  readonly sides: readonly NodeDefinition[];
};

/** The types of loops that stand anywhere in a document. */
function loopsIn({ nodes, definitions = {} }: WorkflowJson): readonly string[] {
  const levels = [nodes, ...Object.values(definitions).map((definition) => definition.nodes)];
  const types = levels.flatMap((level) => Object.values(level).map(({ type }) => type));
  return [...new Set(types)].filter((type) => loopOf(type) && Object.hasOwn(definitions, definitionOf(type)!));
}

/** Describes those definitions, and those of them that stand in loops as loops too, anew of which something changed, in them or in those within them. */
function describeAll(
  whole: WorkflowJson,
  loops: readonly string[],
  offered: OfferState,
  known: ReadonlyMap<string, Described>,
): ReadonlyMap<string, Described> {
  if (offered.catalogue.size === 0) return new Map();
  const environment = environmentFor(undefined, offered);
  const { definitions = {} } = whole;
  return new Map(
    [...Object.keys(definitions).map((id) => instanceType(id)), ...loops].map((name) => {
      const id = definitionOf(name)!;
      const from = [offered, ...[...definitionsWithin(whole, id)].map((each) => definitions[each])];
      const last = known.get(name);
      if (last && isSame(from, last.from)) return [name, last];
      const type = describeDefinition(whole, id, environment, loopOf(name));
      // What is drawn and kept by types stays as it is if they say the same.
      const alike = last?.from[0] === offered && JSON.stringify(type) === JSON.stringify(last.type);
      return [name, alike ? { ...last, from } : { from, type, sides: type ? sidesOf(type) : [] }];
    }),
  );
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((part, i) => part === b[i]);
}

/** The cards of the two sides of a subgraph: what goes in comes out of the one, what comes out goes into the other. */
function sidesOf({ inputs, outputs, ...definition }: NodeDefinition): readonly NodeDefinition[] {
  const bare = { ...definition, params: {} };
  const { run: _, ...sink } = bare;
  const optional = (sockets: NodeDefinition["outputs"]) =>
    Object.fromEntries(
      Object.entries(sockets).map(([port, socket]) => [
        port,
        { ...socket, type: { kind: "variable", name: port }, optional: true },
      ]),
    );
  const closed = Object.fromEntries(
    Object.entries(inputs).map(([port, socket]) => [port, { ...socket, optional: false }]),
  );
  return [
    {
      ...bare,
      type: inputsType,
      title: "Inputs",
      summary: "What goes into this subgraph.",
      inputs: {},
      outputs: closed,
    },
    {
      ...sink,
      type: outputsType,
      title: "Outputs",
      summary: "What comes out of this subgraph.",
      inputs: optional(outputs),
      outputs: {},
    },
  ];
}
