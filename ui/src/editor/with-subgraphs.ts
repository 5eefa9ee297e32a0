import {
  type Catalogue,
  describeDefinition,
  instanceType,
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
  const follow = () => {
    const { whole, path } = workflow.get();
    const offered = offer.get();
    const inside = definitionAt(whole, path)?.id;
    const now = [offered, whole.definitions, inside];
    if (now.every((part, i) => part === seen[i])) return;
    seen = now;
    const ids = Object.keys(whole.definitions ?? {});
    const described = ids.length === 0 || offered.catalogue.size === 0 ? [] : describe(whole, ids, inside, offered);
    set(described.length === 0 ? offered : { ...offered, catalogue: extended(offered.catalogue, described) });
  };
  workflow.listen(follow);
  offer.listen(follow);
  follow();
  return { ...offer, get, listen };
}

function extended(catalogue: Catalogue, more: readonly NodeDefinition[]): Catalogue {
  return new Map([...catalogue, ...more.map((definition) => [definition.type, definition] as const)]);
}

function describe(
  whole: WorkflowJson,
  ids: readonly string[],
  inside: string | undefined,
  offered: OfferState,
): readonly NodeDefinition[] {
  const environment = environmentFor(undefined, offered);
  const types = ids.flatMap((id) => describeDefinition(whole, id, environment) ?? []);
  const open = inside === undefined ? undefined : types.find(({ type }) => type === instanceType(inside));
  return open ? [...types, ...sidesOf(open)] : types;
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
