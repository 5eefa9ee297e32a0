import { parseJson } from "./json-text.ts";
import { checkPresentation, type GroupJson, idPattern, idRemedy, type NoteJson } from "./presentation.ts";
import type { Problem } from "./problem.ts";
import { Report } from "./report.ts";
import { show } from "./wording.ts";

/** A workflow as it is saved. Fields that this version does not know are kept. */
export type WorkflowJson = {
  readonly format: "clipwork/1";
  readonly meta?: { readonly title?: string; readonly [field: string]: unknown };
  readonly nodes: { readonly [id: string]: NodeJson };
  /** A name for one parameter ("node.param"), or for several that are set together. */
  readonly exposed?: { readonly [name: string]: string | readonly string[] };
  /** Where and how the editor draws the nodes. Changes nothing that is computed, and neither do groups and notes. */
  readonly layout?: { readonly [id: string]: unknown };
  readonly groups?: { readonly [id: string]: GroupJson };
  readonly notes?: { readonly [id: string]: NoteJson };
};

export type NodeJson = {
  readonly type: string;
  readonly version: number;
  readonly params?: { readonly [name: string]: unknown };
  /** Links: input or parameter to "node.port". */
  readonly inputs?: { readonly [port: string]: string };
  /**
   * "mute": the node and everything that needs it are left out. "bypass": its first input of the same type takes its place.
   */
  readonly mode?: "mute" | "bypass";
};

/** One end of a link, or the address of a parameter. */
export type Address = { readonly node: string; readonly port: string };

/** A link as it is written: the input or parameter it feeds, and where it comes from. No port is fed twice. */
export type DocumentLink = { readonly port: string; readonly source: Address };

/** A node of the right shape. Whether its type, ports and values exist is for `validate` to say. */
export type DocumentNode = {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly params: { readonly [name: string]: unknown };
  readonly inputs: readonly DocumentLink[];
  readonly mode: "run" | "mute" | "bypass";
};

/** A workflow that has been read: its shape is trusted from here on. */
export type Document = {
  /** What was read, unchanged. This is what is saved again. */
  readonly json: WorkflowJson;
  readonly nodes: ReadonlyMap<string, DocumentNode>;
  /** Nodes that could not be read, each with its problem. */
  readonly broken: ReadonlySet<string>;
  readonly exposed: ReadonlyMap<string, readonly Address[]>;
  /** What was wrong with the document's shape. `validate` says which of it prevents a run. */
  readonly problems: readonly Problem[];
};

export type ReadResult = { readonly document?: Document; readonly problems: readonly Problem[] };

const format = "clipwork/1";
/** Twice the largest workflow that is benchmarked; each node costs about 2 kB of memory. */
const maxNodes = 200_000;
const addressPattern = /^[a-z][a-z0-9_-]{0,63}\.[a-zA-Z][a-zA-Z0-9]{0,63}$/;
const knownFields = new Set(["format", "meta", "nodes", "exposed", "layout", "groups", "notes"]);
const knownNodeFields = new Set(["type", "version", "params", "inputs", "mode"]);

/** Reads a workflow from text. A fault in the text becomes a problem with its line and column, counted from 1. */
export function parseDocument(text: string): ReadResult {
  const { json, problem } = parseJson(text);
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
    else broken.add(id);
  }
  const exposed = readExposed(own(json, "exposed"), report);
  checkPresentation(json, nodesJson, report);
  return { json: json as WorkflowJson, nodes, broken, exposed, problems: report.problems };
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

function readNode(id: string, json: unknown, report: Report): DocumentNode | undefined {
  const at = { node: id };
  if (!idPattern.test(id)) {
    report.error("bad-id", {}, `${show(id)} cannot be the id of a node.`, idRemedy);
    return undefined;
  }
  if (!isRecord(json)) {
    report.error("bad-node", at, `Node "${id}" has to be an object, but is ${show(json)}.`, 'Give it a "type".');
    return undefined;
  }
  const type = own(json, "type");
  const version = own(json, "version");
  const params = own(json, "params") ?? {};
  const inputs = own(json, "inputs") ?? {};
  const mode = own(json, "mode") ?? "run";
  const before = report.problems.length;
  if (type === undefined)
    report.error("bad-node", at, `Node "${id}" has no "type".`, 'Name one, such as "type": "text.prompt".');
  else if (typeof type !== "string")
    report.error("bad-node", at, `The type of "${id}" has to be text, but is ${show(type)}.`, "Name a node type.");
  if (version === undefined)
    report.error(
      "bad-version",
      at,
      `Node "${id}" has no "version": the version of its type that it was made with.`,
      'Write "version": 1 beside its "type" if the node is new.',
    );
  else if (!Number.isSafeInteger(version) || (version as number) < 1)
    report.error(
      "bad-version",
      at,
      `The version of "${id}" has to be a whole number from 1, but is ${show(version)}.`,
      'Write "version": 1, or the version that the node was made with.',
    );
  if (!isRecord(params))
    report.error("bad-node", at, `"params" of "${id}" has to be an object, but is ${show(params)}.`, "Write { }.");
  if (!isRecord(inputs))
    report.error("bad-node", at, `"inputs" of "${id}" has to be an object, but is ${show(inputs)}.`, "Write { }.");
  if (mode !== "run" && mode !== "mute" && mode !== "bypass")
    report.error(
      "bad-mode",
      at,
      `The mode of "${id}" is ${show(mode)}.`,
      'Use "mute" or "bypass", or leave "mode" out to run the node.',
    );
  if (report.problems.length > before) return undefined;
  warnOfUnknownFields(json, knownNodeFields, id, report);
  return {
    id,
    type: type as string,
    version: version as number,
    params: params as Record<string, unknown>,
    inputs: readLinks(id, inputs as Record<string, unknown>, report),
    mode: mode as DocumentNode["mode"],
  };
}

function readLinks(id: string, json: Record<string, unknown>, report: Report): DocumentLink[] {
  return Object.keys(json).map((port) => {
    const source = readAddress(json[port]);
    if (source) return { port, source };
    report.error(
      "bad-link",
      { node: id, port },
      `${show(`${id}.${port}`)} is linked to ${show(json[port])}, which is not a link.`,
      'Write a link as "node.port"; values go into "params".',
    );
    return { port, source: badLink };
  });
}

/** Takes the place of a link that could not be read, so that its input is not reported as unlinked too. */
export const badLink: Address = { node: "", port: "" };

function readAddress(value: unknown): Address | undefined {
  if (typeof value !== "string" || !addressPattern.test(value)) return undefined;
  const dot = value.indexOf(".");
  return { node: value.slice(0, dot), port: value.slice(dot + 1) };
}

function readExposed(json: unknown, report: Report): Map<string, readonly Address[]> {
  const exposed = new Map<string, readonly Address[]>();
  if (json === undefined) return exposed;
  const complain = (message: string) =>
    report.warning("bad-exposed", {}, message, 'Write "exposed": { "seed": "prior.seed" } or a list of "node.param".');
  if (!isRecord(json)) {
    complain(`"exposed" has to be an object, but is ${show(json)}; it is ignored.`);
    return exposed;
  }
  for (const name of Object.keys(json)) {
    const value = json[name];
    const addresses = (Array.isArray(value) ? value : [value]).map(readAddress);
    if (addresses.length > 0 && addresses.every((address) => address !== undefined)) exposed.set(name, addresses);
    else complain(`The exposed name ${show(name)} stands for ${show(value)}, which is not a parameter; it is ignored.`);
  }
  return exposed;
}

function warnOfUnknownFields(
  json: Record<string, unknown>,
  known: ReadonlySet<string>,
  node: string | undefined,
  report: Report,
): void {
  for (const field in json) {
    if (known.has(field) || !Object.hasOwn(json, field)) continue;
    report.warning(
      "unknown-field",
      node === undefined ? {} : { node },
      `${node === undefined ? "The workflow" : `Node "${node}"`} has a field ${show(field)} that this version does not know; it is kept and has no effect.`,
      "Check its spelling, or remove it.",
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(record: Record<string, unknown>, field: string): unknown {
  return Object.hasOwn(record, field) ? record[field] : undefined;
}
