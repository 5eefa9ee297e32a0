import type { Catalogue } from "../catalogue/environment.ts";
import type { Param } from "../catalogue/param.ts";
import { checkParam, parseParam } from "../catalogue/param-check.ts";
import { badLink, type Document, type DocumentLink, type DocumentNode, type NodeJson } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { Report } from "../document/report.ts";
import { listNames, show, suggest } from "../document/wording.ts";
import { type Typed, typeNode } from "./graph.ts";

/**
 * Sets parameters by the names that the workflow exposes, as `--set name=value`, the form and the API do. Text is read
 * according to the parameter's kind; other values are taken as they are. If there are problems, the document is returned
 * unchanged.
 */
export function applySettings<Services>(
  document: Document,
  settings: { readonly [name: string]: unknown },
  catalogue: Catalogue<Services>,
): { readonly document: Document; readonly problems: readonly Problem[] } {
  const report = new Report();
  const changed = new Map<string, DocumentNode>();
  for (const [name, value] of Object.entries(settings)) {
    const addresses = document.exposed.get(name);
    if (!addresses) {
      const names = [...document.exposed.keys()];
      report.error(
        "unknown-setting",
        {},
        `The workflow exposes no ${show(name)}; it exposes ${names.length > 0 ? listNames(names) : "nothing"}.`,
        names.length > 0 ? suggest(name, names, "name") : 'Expose a parameter in the workflow\'s "exposed".',
      );
      continue;
    }
    for (const { node: id, port } of addresses) {
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
    }
  }
  if (report.problems.length > 0 || changed.size === 0) return { document, problems: report.problems };
  return { document: replaceNodes(document, changed), problems: [] };
}

/** The document with its nodes replaced by these. */
function replaceNodes(document: Document, changed: ReadonlyMap<string, DocumentNode>): Document {
  const json: { [id: string]: NodeJson } = { ...document.json.nodes };
  for (const [id, { version, params, inputs }] of changed) {
    const before = json[id]!;
    json[id] =
      version === before.version ? { ...before, params } : { ...before, version, params, inputs: written(inputs) };
  }
  return { ...document, json: { ...document.json, nodes: json }, nodes: new Map([...document.nodes, ...changed]) };
}

function written(inputs: readonly DocumentLink[]): { [port: string]: string } {
  return Object.fromEntries(inputs.map(({ port, source }) => [port, `${source.node}.${source.port}`]));
}

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
