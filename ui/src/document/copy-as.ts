import { type Catalogue, paramOf, type WorkflowJson } from "@clipwork/engine";
import type { Called } from "@clipwork/server/wire";
import { setParam } from "./edit.ts";
import { assetHash } from "./environment.ts";
import { exposedParams } from "./exposed.ts";

/** Where the text is pasted: the server's address, and whether it asks for a token. */
export type Server = { readonly origin: string; readonly token: boolean };

/** How the command line is called, and what it has there. */
export type CommandLine = { readonly called: Called; readonly templates: readonly Shipped[] };

/** A shipped workflow, as its file is called. */
export type Shipped = { readonly id: string; readonly document: WorkflowJson };

/** What ends a document in a shell's text. A document is one line of JSON, so no line of it can be this. */
const end = "CLIPWORK";

/** What the program imports, and the page does not. */
const clientPackage = "@clipwork/client";

/** A text as one word of a POSIX shell, which reads nothing in it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * What runs the document by `clipwork run`, where Clipwork is: by its file if it is a shipped one that lies there, with other values of
 * what it exposes, else with the document itself. Files that only the server has are fetched from it before.
 */
export function asCommandLine(
  workflow: WorkflowJson,
  catalogue: Catalogue,
  { called: { command, workflows }, templates }: CommandLine,
  server: Server,
): string {
  const settings = settingsOf(workflow, catalogue);
  const words = Object.entries(settings).map(([name, value]) => `--set ${setting(name, String(value))}`);
  const same = templates.find(({ document }) => differsInSettings(document, workflow, catalogue));
  if (same && workflows !== undefined) return [`${command} run`, `${workflows}/${same.id}.json`, ...words].join(" ");
  const { document, fetches } = withFiles(workflow, catalogue, server);
  return [...fetches, [`${command} run -`, ...words, `<<'${end}'`].join(" "), JSON.stringify(document), end].join("\n");
}

/** What sends the document to the server as a run. */
export function asCurl(workflow: WorkflowJson, server: Server): string {
  const send = [
    ...curl(server),
    `${server.origin}/api/v1/runs`,
    "-H 'content-type: application/json'",
    "--data-binary @-",
    `<<'${end}'`,
  ];
  return [send.join(" "), JSON.stringify({ document: workflow }), end].join("\n");
}

/** A program for Node, by @clipwork/client, that runs the document on the server and writes its files into the folder where it was started. */
export function asTypeScript(workflow: WorkflowJson, catalogue: Catalogue, { origin, token }: Server): string {
  const options = token ? ', { token: process.env.CLIPWORK_TOKEN ?? "" }' : "";
  return `import { writeFile } from "node:fs/promises";
import { createClient } from ${JSON.stringify(clientPackage)};

const document = ${literal(workflow)};
// Values for what the workflow exposes.
const set = ${literal(settingsOf(workflow, catalogue))};

const client = createClient(${JSON.stringify(origin)}${options});
const { outputs } = await client.run(document, { set }).result;
for (const [i, { files }] of outputs.entries())
  for (const file of files) {
    // Two outputs may have one name.
    const name = outputs.length > 1 ? \`\${i}-\${file.name}\` : file.name;
    await writeFile(name, await file.bytes());
    console.log(name);
  }
client.close();
`;
}

/** A value as a program writes it. JSON but for one key, which would set the object's prototype and be lost. */
function literal(value: object): string {
  // No text of JSON goes over a line, so what begins one so is a key.
  return JSON.stringify(value, null, 2).replace(/^( *)"__proto__": /gm, '$1["__proto__"]: ');
}

/**
 * The values of what the workflow exposes, as `--set` and the API take them. Names whose parameters differ among themselves, are fed by a
 * link or are files are left to the document.
 */
export function settingsOf(
  workflow: WorkflowJson,
  catalogue: Catalogue,
): { readonly [name: string]: string | number | boolean } {
  const { nodes, exposed } = workflow;
  const entries = Object.entries(exposed ?? {}).flatMap(([name, addresses]): [string, string | number | boolean][] => {
    const all = [addresses].flat();
    const found = exposedParams(workflow, all, catalogue);
    const [first] = found;
    const fed = found.some(({ end: { node, port } }) => Object.hasOwn(nodes[node]?.inputs ?? {}, port));
    const settled = first && found.length === all.length && found.every(({ value }) => Object.is(value, first.value));
    if (!settled || fed || first.param.kind === "file" || name.includes("=")) return [];
    const { value } = first;
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? [[name, value]] : [];
  });
  return Object.fromEntries(entries);
}

function setting(name: string, value: string): string {
  return /^[\w-]+$/.test(name) ? `${name}=${shellWord(value)}` : shellWord(`${name}=${value}`);
}

/** Whether both are the same but for values that `--set` gives, and for what is not computed. */
function differsInSettings(shipped: WorkflowJson, workflow: WorkflowJson, catalogue: Catalogue): boolean {
  if (JSON.stringify(shipped.exposed) !== JSON.stringify(workflow.exposed)) return false;
  const names = Object.keys(settingsOf(workflow, catalogue));
  const ends = names.flatMap((name) => exposedParams(shipped, [shipped.exposed![name]!].flat(), catalogue));
  const bare = (document: WorkflowJson) =>
    canonical(ends.reduce((all, { end }) => setParam(all, end, undefined), document).nodes);
  return bare(shipped) === bare(workflow);
}

/** JSON whose fields have one order; empty `params` count as none. */
function canonical(json: unknown): string {
  return JSON.stringify(json, (key, value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.length === 0 && key === "params" ? undefined : Object.fromEntries(entries);
  });
}

/** The document with files of its own in place of those that the server has, and what fetches them. */
function withFiles(workflow: WorkflowJson, catalogue: Catalogue, server: Server) {
  const fetches = new Set<string>();
  let document = workflow;
  for (const [node, { type, params = {} }] of Object.entries(workflow.nodes)) {
    const definition = catalogue.get(type);
    for (const [port, value] of Object.entries(params)) {
      const param = definition && Object.hasOwn(definition.params, port) ? paramOf(definition, port) : undefined;
      const hash = param?.kind === "file" ? assetHash(value) : undefined;
      if (hash === undefined || param?.kind !== "file") continue;
      const file = `${hash.slice(0, 16)}.${param.array ? "npy" : "png"}`;
      fetches.add([...curl(server), `-o ${file}`, `${server.origin}/api/v1/artifacts/${hash}`].join(" "));
      document = setParam(document, { node, port }, file);
    }
  }
  return { document, fetches: [...fetches] };
}

function curl({ token }: Server): string[] {
  return ["curl -fsS", ...(token ? ['-H "Authorization: Bearer $CLIPWORK_TOKEN"'] : [])];
}
