import { idPattern, idRemedy } from "./presentation.ts";
import type { Report } from "./report.ts";
import { show } from "./wording.ts";

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

const addressPattern = /^[a-z][a-z0-9_-]{0,63}\.[a-zA-Z][a-zA-Z0-9]{0,63}$/;
const knownNodeFields = new Set(["type", "version", "params", "inputs", "mode"]);

/** A node of the right shape, or undefined with a report. */
export function readNode(id: string, json: unknown, report: Report): DocumentNode | undefined {
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
  const before = report.found;
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
  if (report.found > before) return undefined;
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

/** "node.port" taken apart; undefined for anything else. */
export function readAddress(value: unknown): Address | undefined {
  if (typeof value !== "string" || !addressPattern.test(value)) return undefined;
  const dot = value.indexOf(".");
  return { node: value.slice(0, dot), port: value.slice(dot + 1) };
}

/** What `exposed` says: a name for one parameter or several. Names that stand for none are reported and left out. */
export function readExposed(json: unknown, report: Report): Map<string, readonly Address[]> {
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

/** Warns of the fields that are not known. `node` has them, or else `owner`, in words. */
export function warnOfUnknownFields(
  json: Record<string, unknown>,
  known: ReadonlySet<string>,
  node: string | undefined,
  report: Report,
  owner = "The workflow",
): void {
  for (const field in json) {
    if (known.has(field) || !Object.hasOwn(json, field)) continue;
    report.warning(
      "unknown-field",
      node === undefined ? {} : { node },
      `${node === undefined ? owner : `Node "${node}"`} has a field ${show(field)} that this version does not know; it is kept and has no effect.`,
      "Check its spelling, or remove it.",
    );
  }
}

/** Whether the value is an object with fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object's own field, if it has it. */
export function own(record: Record<string, unknown>, field: string): unknown {
  return Object.hasOwn(record, field) ? record[field] : undefined;
}
