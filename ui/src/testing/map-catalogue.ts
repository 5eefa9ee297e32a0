import {
  type Catalogue,
  createCatalogue,
  defineKind,
  list,
  nodeDefiner,
  optional,
  p,
  socketOf,
  type WorkflowJson,
} from "@clipwork/engine";
import { t } from "@clipwork/engine/testing";

const defineNode = nodeDefiner<unknown>();
const run = () => ({}) as never;
const map = defineKind({ kind: "map", check: () => undefined });
const base = { version: 1, title: "Test", summary: "For tests." };
const place = p.number("A place.", { default: 0, min: -9, max: 9 });

/** Node types with the ports of those that make, explore and decode a map. */
export const mapCatalogue = createCatalogue([
  defineNode({
    ...base,
    type: "prior.any",
    outputs: { embedding: t.imageEmbedding(".") },
    params: { pack: p.pack() },
    run,
  }),
  defineNode({
    ...base,
    type: "probe.map",
    inputs: { embeddings: list(t.imageEmbedding(".")) },
    outputs: { map: socketOf(map, ".") },
    run,
  }),
  defineNode({
    ...base,
    type: "latent.point",
    inputs: { map: socketOf(map, ".") },
    outputs: { embedding: t.imageEmbedding(".") },
    params: { x: place, y: place },
    run,
  }),
  defineNode({
    ...base,
    type: "latent.pick",
    inputs: { map: socketOf(map, ".") },
    outputs: { embedding: t.imageEmbedding(".") },
    params: { item: p.integer("Which.", { default: 0, min: 0, max: 99 }) },
    run,
  }),
  defineNode({
    ...base,
    type: "latent.slerp",
    inputs: { from: t.imageEmbedding("."), to: t.imageEmbedding(".") },
    outputs: { embedding: t.imageEmbedding(".") },
    params: { position: place },
    run,
  }),
  defineNode({
    ...base,
    type: "list.range",
    outputs: { numbers: list(t.number(".")) },
    params: { from: place, to: place, count: p.integer("How many.", { default: 5, min: 1, max: 99 }) },
    run,
  }),
  defineNode({
    ...base,
    type: "decoder.sample",
    inputs: { image: t.imageEmbedding("."), text: optional(t.text(".")) },
    outputs: { image: t.image(".") },
    params: {
      pack: p.pack(),
      steps: p.integer("How many.", { default: 25, min: 1, max: 99 }),
      sampler: p.choice("Which.", ["ddpm", "ddim"], "ddpm"),
    },
    run,
  }),
  defineNode({ ...base, type: "output.image", inputs: { image: t.image(".") }, params: { name: p.text(".") } }),
  defineNode({ ...base, type: "output.any", inputs: { value: t.variable("T", ".") }, params: { name: p.text(".") } }),
]) as Catalogue;

type Node = WorkflowJson["nodes"][string];
export const mapNode = (type: string, inputs: object = {}, params: object = {}): Node =>
  ({ type, version: 1, inputs, params }) as Node;

/** Embeddings of a pack, their map, and an output that shows the map. */
export const mapping = {
  format: "clipwork/1",
  meta: { title: "Mapping" },
  nodes: {
    prior: mapNode("prior.any", {}, { pack: "karlo" }),
    map: mapNode("probe.map", { embeddings: "prior.embedding" }),
    show: mapNode("output.any", { value: "map.map" }),
  },
  layout: { prior: { x: 0, y: 0 }, map: { x: 300, y: 40 }, show: { x: 600, y: 0 } },
} as const satisfies WorkflowJson;
