import type { Catalogue } from "../catalogue/environment.ts";
import { roundsParam } from "../catalogue/loop-nodes.ts";
import type { Param } from "../catalogue/param.ts";
import { checkParam, parseParam } from "../catalogue/param-check.ts";
import { type Document, readDocument } from "../document/document.ts";
import { roundsName } from "../document/loop.ts";
import type { Problem } from "../document/problem.ts";
import { type Address, badLink, type DocumentNode, readAddress } from "../document/read-node.ts";
import { Report } from "../document/report.ts";
import { listNames, show, suggest } from "../document/wording.ts";
import { readInnerAddress } from "../subgraph/expose-inside.ts";
import { type Typed, typeNode } from "./graph.ts";
import { migrateInside, oldInside } from "./migrate-inside.ts";
import { type Setting, writeSettings } from "./write-settings.ts";

/**
 * Sets parameters by the names that the workflow exposes, as `--set name=value`, the form and the API do, or, of an instance of a subgraph, by
 * their addresses: "instance.param" and "instance/inner.param". Text is read according to the parameter's kind; other values are taken as they
 * are. If there are problems, the document is returned unchanged.
 */
export function applySettings<Services>(
  document: Document,
  settings: { readonly [name: string]: unknown },
  catalogue: Catalogue<Services>,
): { readonly document: Document; readonly problems: readonly Problem[] } {
  const report = new Report();
  const found = readSettings(document, settings, catalogue, report);
  if (report.problems.length > 0 || (found.changed.size === 0 && !found.rounds))
    return { document, problems: report.problems };
  const old = oldInside(document, found.changed.keys(), catalogue);
  const present = old.size === 0 ? document : migrateInside(document, old, catalogue);
  if (!present) {
    const id = [...found.changed.keys()].find((each) => oldInside(document, [each], catalogue).size > 0)!;
    report.error(
      "failed-migration",
      { node: id },
      `"${id}" is in an older version inside its subgraph, and what instances of that set cannot all be said in the present one.`,
      "Open the subgraph and add the node anew.",
    );
    return { document, problems: report.problems };
  }
  const { changed, written } = present === document ? found : readSettings(present, settings, catalogue, report);
  const { document: now, shared } = writeSettings(present, changed, written, catalogue);
  if (!shared) return hasLoops(document) ? readAgain(now, document) : { document: now, problems: [] };
  report.error(
    "bad-exposed",
    { node: shared.node, port: shared.port },
    `"${shared.node}.${shared.port}" cannot be set alone: its subgraph exposes it along with others.`,
    "Set them together, by the name that the subgraph exposes.",
  );
  return { document, problems: report.problems };
}

type Read = {
  /** Nodes of the unpacked graph with what is set. */
  readonly changed: ReadonlyMap<string, DocumentNode>;
  readonly written: readonly Setting[];
  /** Whether the rounds of a loop are set. */
  readonly rounds: boolean;
};

/** What the settings change. What is wrong with them is reported. */
function readSettings<Services>(
  document: Document,
  settings: { readonly [name: string]: unknown },
  catalogue: Catalogue<Services>,
  report: Report,
): Read {
  const changed = new Map<string, DocumentNode>();
  const written: Setting[] = [];
  let rounds = false;
  for (const [name, value] of Object.entries(settings)) {
    const found = findSetting(name, document);
    if (!found) {
      const names = [...document.exposed.keys()];
      report.error(
        "unknown-setting",
        {},
        `The workflow exposes no ${show(name)}; it exposes ${names.length > 0 ? listNames(names) : "nothing"}.`,
        names.length > 0 ? suggest(name, names, "name") : 'Expose a parameter in the workflow\'s "exposed".',
      );
      continue;
    }
    let set = value;
    for (const { node: id, port } of found.addresses) {
      if (port === roundsName && document.instances.get(id)?.loop) {
        rounds = true;
        set = typeof value === "string" ? parseParam(roundsParam, value) : value;
        const complaint = checkParam(roundsParam, set);
        if (complaint)
          report.error(complaint.code, { node: id, port }, `${show(name)} ${complaint.message}.`, complaint.remedy);
        continue;
      }
      const node = document.nodes.get(id);
      const typed = node && typeNode(node, catalogue);
      const param = typed && Object.hasOwn(typed.definition.params, port) ? typed.definition.params[port] : undefined;
      if (!node || (typed && !param)) {
        report.error(
          "bad-exposed",
          {},
          `${show(name)} stands for "${id}.${port}", which is not a parameter.`,
          'Mend the workflow\'s "exposed".',
        );
        continue;
      }
      const read = param && typeof value === "string" ? parseParam(param, value) : value;
      const complaint = param && checkParam(param, read);
      if (complaint)
        report.error(complaint.code, { node: id, port }, `${show(name)} ${complaint.message}.`, complaint.remedy);
      else if (typed?.inputs.some((link) => link.port === port))
        report.error(
          "setting-linked",
          { node: id, port },
          `${show(name)} sets "${id}.${port}", but that is fed by a link, so the value would have no effect.`,
          "Remove the link, or expose the parameter that feeds it.",
        );
      const before = changed.get(id) ?? brought(node, typed);
      changed.set(id, { ...before, params: { ...before.params, [port]: read } });
      set = read;
    }
    for (const address of found.written) written.push({ address, value: set });
  }
  return { changed, written, rounds };
}

function hasLoops({ instances }: Document): boolean {
  for (const { loop } of instances.values()) if (loop) return true;
  return false;
}

/** A document in which rounds may have come or gone, or in which what was set in one of them holds for all. */
function readAgain({ json }: Document, before: Document): ReturnType<typeof applySettings> {
  const { document, problems } = readDocument(json);
  return document ? { document, problems: [] } : { document: before, problems };
}

/** What a setting's name stands for: the parameters in the unpacked graph, and the addresses as the document writes them. */
function findSetting(name: string, document: Document): Found | undefined {
  const addresses = document.exposed.get(name);
  if (addresses) {
    const written = Object.hasOwn(document.json.exposed ?? {}, name) ? document.json.exposed![name]! : [];
    return { addresses, written: [written].flat().flatMap((text) => readAddress(text) ?? []) };
  }
  const address = readInnerAddress(name);
  if (!address) return undefined;
  const inside = document.instances.get(address.node)?.parameter(address.port);
  if (!inside && !(address.node.includes("/") && document.nodes.has(address.node))) return undefined;
  return { addresses: inside ?? [address], written: [address] };
}

type Found = { readonly addresses: readonly Address[]; readonly written: readonly Address[] };

/** The node, migrated to the version whose parameters are being set: a migration comes before the setting. */
function brought<S>(node: DocumentNode, typed: Typed<S> | undefined): DocumentNode {
  if (!typed || node.version === typed.definition.version) return node;
  // What could not be read stays as it was written, and blocks the run.
  if (typed.inputs.some(({ source }) => source === badLink)) return node;
  return { ...node, version: typed.definition.version, params: typed.params, inputs: typed.inputs };
}

/** The values of all `file` parameters, each once: what the host has to look up before `validate`. Folders are among them. */
export function collectFiles<Services>(document: Document, catalogue: Catalogue<Services>): readonly string[] {
  const files = new Set<string>();
  eachParam(document, catalogue, "file", (value) => files.add(value));
  return [...files];
}

/** Those of `collectFiles` that parameters take as folders. */
export function collectFolders<Services>(document: Document, catalogue: Catalogue<Services>): readonly string[] {
  const folders = new Set<string>();
  eachParam(document, catalogue, "file", (value, param) => {
    if (param.kind === "file" && param.folder) folders.add(value);
  });
  return [...folders];
}

/** The names of all model packs that the document uses, each once. */
export function usedPacks<Services>(document: Document, catalogue: Catalogue<Services>): readonly string[] {
  const packs = new Set<string>();
  eachParam(document, catalogue, "pack", (value) => packs.add(value));
  return [...packs];
}

function eachParam<Services>(
  document: Document,
  catalogue: Catalogue<Services>,
  kind: "file" | "pack",
  use: (value: string, param: Param) => void,
): void {
  for (const node of document.nodes.values()) {
    const typed = typeNode(node, catalogue);
    if (!typed) continue;
    for (const [name, param] of Object.entries(typed.definition.params)) {
      if (param.kind !== kind) continue;
      const value = Object.hasOwn(typed.params, name) ? typed.params[name] : param.default;
      if (typeof value === "string" && value !== "") use(value, param);
    }
  }
}
