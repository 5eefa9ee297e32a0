import { measureDefinitions, type Sizes } from "./definition-sizes.ts";
import { flatten, type Instance } from "./flatten.ts";
import { parseJson } from "./json-text.ts";
import { writtenRounds } from "./loop.ts";
import { checkPresentation, idPattern } from "./presentation.ts";
import type { Problem } from "./problem.ts";
import { readDefinitions } from "./read-definitions.ts";
import {
  type Address,
  type DocumentNode,
  isRecord,
  own,
  readExposed,
  readNode,
  warnOfUnknownFields,
} from "./read-node.ts";
import { Report } from "./report.ts";
import { show } from "./wording.ts";
import type { WorkflowJson } from "./workflow-json.ts";

/** A workflow that has been read: its shape is trusted from here on. */
export type Document = {
  /** What was read, unchanged. This is what is saved again. */
  readonly json: WorkflowJson;
  /** All nodes, instances of subgraphs unpacked: what is inside one has its id and a slash before its own. */
  readonly nodes: ReadonlyMap<string, DocumentNode>;
  /**
   * Nodes that could not be read, each with its problem. What cannot be an id is not among them: a node inside an instance could have it.
   */
  readonly broken: ReadonlySet<string>;
  /** The instances that were unpacked, by their ids. */
  readonly instances: ReadonlyMap<string, Instance>;
  /** By the ids of `nodes`. */
  readonly exposed: ReadonlyMap<string, readonly Address[]>;
  /** What was wrong with the document's shape. `validate` says which of it prevents a run. */
  readonly problems: readonly Problem[];
  /** Of problems that stand for those of many rounds of a loop: the nodes of the other rounds. */
  readonly elsewhere: ReadonlyMap<Problem, readonly string[]>;
};

export type ReadResult = { readonly document?: Document; readonly problems: readonly Problem[] };

const format = "clipwork/1";
/** Twice the largest workflow that is benchmarked; each node costs about 2 kB of memory. */
const maxNodes = 200_000;
/** Parameters, links and exposed names of all instances together. */
const maxEntries = 2_000_000;
const knownFields = new Set(["format", "meta", "nodes", "exposed", "layout", "groups", "notes", "definitions"]);

/** Reads a workflow from text. A fault in the text becomes a problem with its line and column, counted from 1; its sentence begins with `what`. */
export function parseDocument(text: string, what?: string): ReadResult {
  const { json, problem } = parseJson(text, what);
  return problem ? { problems: [problem] } : readDocument(json);
}

/** Reads a workflow from parsed JSON and trusts nothing. Returns no document if the top level makes no sense. */
export function readDocument(json: unknown): ReadResult {
  const report = new Report();
  const document = read(json, report);
  const { problems } = report;
  return document ? { document, problems } : { problems };
}

function read(json: unknown, report: Report): Document | undefined {
  if (!isRecord(json)) {
    report.error(
      "not-a-workflow",
      {},
      `A workflow is a JSON object, but this is ${show(json)}.`,
      `Give an object with "format": "${format}" and "nodes".`,
    );
    return undefined;
  }
  if (!hasFormat(own(json, "format"), report)) return undefined;
  const nodesJson = own(json, "nodes");
  if (!isRecord(nodesJson)) {
    report.error(
      "not-a-workflow",
      {},
      `"nodes" has to be an object of nodes by id, but is ${show(nodesJson)}.`,
      'Write "nodes": { "caption": { "type": "text.prompt", "version": 1 } }.',
    );
    return undefined;
  }
  const ids = Object.keys(nodesJson);
  if (ids.length > maxNodes) {
    report.error(
      "too-many-nodes",
      {},
      `The workflow has ${ids.length} nodes; at most ${maxNodes} are read.`,
      "Split it into several workflows.",
    );
    return undefined;
  }
  warnOfUnknownFields(json, knownFields, undefined, report);
  const nodes = new Map<string, DocumentNode>();
  const broken = new Set<string>();
  for (const id of ids) {
    const node = readNode(id, nodesJson[id], report);
    if (node) nodes.set(id, node);
    else if (idPattern.test(id)) broken.add(id);
  }
  const exposed = readExposed(own(json, "exposed"), report);
  checkPresentation(json, nodesJson, report);
  const definitions = readDefinitions(own(json, "definitions"), report);
  if (!definitions) return undefined;
  const sizes = measureDefinitions(definitions, nodes, report);
  if (isTooLarge(nodes, exposed, sizes, report)) return undefined;
  const flat = flatten({ nodes, broken, exposed }, definitions, sizes, report, {
    nodes: maxNodes,
    entries: maxEntries,
  });
  if (!flat) return undefined;
  return { json: json as WorkflowJson, ...flat, problems: report.problems, elsewhere: report.elsewhere };
}

/** Whether there is too much inside the instances to unpack them. Nothing has been unpacked yet. */
function isTooLarge(nodes: Document["nodes"], exposed: Document["exposed"], sizes: Sizes, report: Report): boolean {
  let [count, entries] = [0, 0];
  let largest: { title: string; count: number; rounds: number } | undefined;
  for (const node of nodes.values()) {
    const definition = sizes.definition(node);
    if (!definition) continue;
    const inside = sizes.of([node]);
    count += inside.nodes - 1;
    entries += inside.entries;
    if (inside.nodes > (largest?.count ?? 0))
      largest = { title: definition.title, count: inside.nodes, rounds: writtenRounds(node) };
  }
  if (!largest) return false;
  for (const addresses of exposed.values())
    for (const { node, port } of addresses) {
      const instance = nodes.get(node);
      const definition = instance && sizes.definition(instance);
      if (definition) entries += sizes.reach(definition, port) * writtenRounds(instance);
    }
  const all = count + nodes.size;
  if (all <= maxNodes && entries <= maxEntries) return false;
  report.error(
    "too-many-nodes",
    {},
    all > maxNodes
      ? `With all subgraphs unpacked the workflow has ${all} nodes; at most ${maxNodes} are read. One ${show(largest.title)} brings ${largest.count}${largest.rounds > 1 ? ` in ${largest.rounds} rounds` : ""}.`
      : `With all subgraphs unpacked the workflow has ${entries} parameters, links and exposed names; at most ${maxEntries} are read.`,
    largest.rounds > 1
      ? "Use fewer rounds or instances, or split the workflow."
      : "Use fewer instances, or split the workflow.",
  );
  return true;
}

function hasFormat(value: unknown, report: Report): boolean {
  if (value === format) return true;
  const newer = typeof value === "string" && /^clipwork\/\d+$/.test(value);
  if (newer)
    report.error(
      "newer-format",
      {},
      `The workflow has format ${show(value)}; this version reads "${format}".`,
      "Open it with a newer Clipwork.",
    );
  else
    report.error(
      "wrong-format",
      {},
      `"format" has to be "${format}", but is ${show(value)}.`,
      `If this is a Clipwork workflow, write "format": "${format}"; files of other programs are not read.`,
    );
  return false;
}
