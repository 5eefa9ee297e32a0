import { checkPresentation, idPattern as nodeIdPattern } from "./presentation.ts";
import type { Problem } from "./problem.ts";
import {
  type Address,
  type DocumentNode,
  isRecord,
  own,
  readAddress,
  readExposed,
  readNode,
  warnOfUnknownFields,
} from "./read-node.ts";
import { Report } from "./report.ts";
import { show, suggest } from "./wording.ts";
import { inputsId, outputsId } from "./workflow-json.ts";

/** A definition of the right shape. What its instances bring is for `flatten` to say. */
export type Definition = {
  readonly id: string;
  /** What people call it. */
  readonly title: string;
  readonly nodes: ReadonlyMap<string, DocumentNode>;
  readonly broken: ReadonlySet<string>;
  readonly inputs: ReadonlySet<string>;
  /** What each output gives; undefined for nothing yet. */
  readonly outputs: ReadonlyMap<string, Address | undefined>;
  readonly exposed: ReadonlyMap<string, readonly Address[]>;
  /** What is wrong with it, at its own nodes. */
  readonly problems: readonly Problem[];
};

export type Definitions = ReadonlyMap<string, Definition>;

const maxDefinitions = 1_000;
const idPattern = /^[a-z][a-z0-9-]{0,63}$/;
const portPattern = /^[a-zA-Z][a-zA-Z0-9]{0,63}$/;
const knownFields = new Set(["title", "nodes", "inputs", "outputs", "exposed", "layout", "groups", "notes"]);
const knownInputFields = new Set(["summary"]);
const knownOutputFields = new Set(["from", "summary"]);

/** The definitions of a document; undefined, with a report, if they cannot be read at all. Those that make no sense are left out. */
export function readDefinitions(json: unknown, report: Report): Definitions | undefined {
  const definitions = new Map<string, Definition>();
  if (json === undefined) return definitions;
  if (!isRecord(json)) {
    report.error(
      "bad-definition",
      {},
      `"definitions" has to be an object of subgraphs by id, but is ${show(json)}.`,
      'Write "definitions": { } or leave it out.',
    );
    return definitions;
  }
  const ids = Object.keys(json);
  if (ids.length > maxDefinitions) {
    report.error(
      "too-many-nodes",
      {},
      `The workflow defines ${ids.length} subgraphs; at most ${maxDefinitions} are read.`,
      "Split it into several workflows.",
    );
    return undefined;
  }
  // One report for all of them: together they are bounded as the workflow's own problems are.
  const inside = new Report();
  for (const id of ids) {
    const definition = readDefinition(id, json[id], report, inside);
    if (definition) definitions.set(id, definition);
  }
  if (inside.problems.length > Report.limit) report.add(inside.problems[Report.limit]!);
  return definitions;
}

function readDefinition(id: string, json: unknown, report: Report, inside: Report): Definition | undefined {
  if (!idPattern.test(id)) {
    report.error(
      "bad-definition",
      {},
      `${show(id)} cannot be the id of a subgraph.`,
      "Use a small letter, then up to 63 small letters, digits or -.",
    );
    return undefined;
  }
  const nodesJson = isRecord(json) ? own(json, "nodes") : undefined;
  if (!isRecord(json) || !isRecord(nodesJson)) {
    report.error(
      "bad-definition",
      {},
      `The subgraph ${show(id)} has to be an object with "nodes".`,
      'Write "nodes": { "decode": { "type": "decoder.sample", "version": 1 } }.',
    );
    return undefined;
  }
  const written = own(json, "title");
  const title = typeof written === "string" && written.trim() !== "" ? written : id;
  const before = inside.problems.length;
  warnOfUnknownFields(json, knownFields, undefined, inside, "It");
  const nodes = new Map<string, DocumentNode>();
  const broken = new Set<string>();
  for (const inner of Object.keys(nodesJson)) {
    if (inner === inputsId || inner === outputsId) {
      inside.error(
        "bad-id",
        {},
        `${show(inner)} cannot be the id of a node in a subgraph: it stands for the subgraph's ${inner}puts.`,
        "Give the node another id.",
      );
      continue;
    }
    const node = readNode(inner, nodesJson[inner], inside);
    if (node) nodes.set(inner, node);
    else if (nodeIdPattern.test(inner)) broken.add(inner);
  }
  const inputs = new Set(readPorts(json, "inputs", knownInputFields, inside).keys());
  const outputs = readOutputs(json, inside);
  checkPresentation(json, nodesJson, inside);
  const exposed = readOwnExposed(json, nodes, broken, inputs, inside);
  return {
    ...{ id, title, nodes, broken, inputs, outputs, exposed },
    problems: inside.problems.slice(before, Report.limit),
  };
}

function readPorts(
  json: Record<string, unknown>,
  side: "inputs" | "outputs",
  known: ReadonlySet<string>,
  report: Report,
): ReadonlyMap<string, Record<string, unknown>> {
  const ports = new Map<string, Record<string, unknown>>();
  const found = own(json, side);
  if (found === undefined) return ports;
  if (!isRecord(found)) {
    report.error("bad-port", {}, `"${side}" has to be an object, but is ${show(found)}.`, "Write { }.");
    return ports;
  }
  for (const name of Object.keys(found)) {
    const port = found[name];
    if (portPattern.test(name) && isRecord(port)) {
      ports.set(name, port);
      warnOfUnknownFields(port, known, undefined, report, `Its port ${show(name)}`);
    } else
      report.error(
        "bad-port",
        {},
        portPattern.test(name)
          ? `The port ${show(name)} of its ${side} has to be an object, but is ${show(port)}.`
          : `${show(name)} cannot be the name of a port.`,
        'Write "image": { }; a name has letters and digits and begins with a letter.',
      );
  }
  return ports;
}

function readOutputs(json: Record<string, unknown>, report: Report): Map<string, Address | undefined> {
  const outputs = new Map<string, Address | undefined>();
  for (const [name, port] of readPorts(json, "outputs", knownOutputFields, report)) {
    const from = own(port, "from");
    const source = readAddress(from);
    outputs.set(name, source);
    if (from !== undefined && !source)
      report.error(
        "bad-link",
        {},
        `Its output ${show(name)} is linked to ${show(from)}, which is not a link.`,
        'Write a link as "node.port".',
      );
  }
  return outputs;
}

/** Every parameter is exposed once at most, since an instance could set it to two values; no linked one, since both would feed it. */
function readOwnExposed(
  json: Record<string, unknown>,
  nodes: Definition["nodes"],
  broken: ReadonlySet<string>,
  inputs: ReadonlySet<string>,
  report: Report,
): Map<string, readonly Address[]> {
  const exposed = new Map<string, readonly Address[]>();
  const taken = new Map<string, string>();
  for (const [name, addresses] of readExposed(own(json, "exposed"), report)) {
    const complain = (message: string, remedy: string) => report.error("bad-exposed", {}, message, remedy);
    if (!portPattern.test(name) || inputs.has(name))
      complain(
        portPattern.test(name)
          ? `It has an input and a parameter that are both called ${show(name)}.`
          : `${show(name)} cannot be the name of a parameter of a subgraph.`,
        "Give the parameter another name, of letters and digits.",
      );
    else {
      const free = addresses.filter((address) => {
        const written = `${address.node}.${address.port}`;
        const before = taken.get(written);
        const linked = nodes.get(address.node)?.inputs.some(({ port }) => port === address.port);
        if (before !== undefined)
          complain(
            `It exposes "${written}" as ${show(before)} and as ${show(name)}.`,
            "Expose a parameter under one name only.",
          );
        else if (linked)
          complain(
            `It exposes "${written}" as ${show(name)}, but that is fed by a link.`,
            "Remove the link, or expose the parameter that feeds it.",
          );
        else taken.set(written, name);
        if (!nodes.has(address.node) && !broken.has(address.node))
          report.warning(
            "bad-exposed",
            {},
            `It exposes "${written}" as ${show(name)}, but has no node ${show(address.node)}.`,
            () => suggest(address.node, nodes.keys(), "node"),
          );
        return before === undefined && !linked;
      });
      if (free.length > 0) exposed.set(name, free);
    }
  }
  return exposed;
}
