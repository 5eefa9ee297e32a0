import { isBuiltin } from "node:module";
import { posix } from "node:path";

/** Who may import whom among packages. A rule for a folder goes before the rule for its package. */
export const packages: readonly { folder: string; may: readonly string[]; builtins: boolean }[] = [
  { folder: "client/src", may: ["@clipwork/engine", "openapi-fetch", "socket.io-client"], builtins: false },
  { folder: "engine/src", may: [], builtins: false },
  { folder: "models/src/onnx", may: ["onnxruntime-node"], builtins: true },
  { folder: "models/src", may: ["@huggingface/tokenizers"], builtins: true },
  { folder: "nodes/src/image", may: ["@clipwork/engine", "@clipwork/models", "sharp"], builtins: true },
  {
    folder: "nodes/src/kinds",
    may: [
      ...["@clipwork/engine", "@clipwork/models", "sharp"],
      ...["echarts/core", "echarts/charts", "echarts/components", "echarts/renderers"],
    ],
    builtins: true,
  },
  { folder: "nodes/src/statistics", may: ["ml-matrix"], builtins: false },
  { folder: "nodes/src/probe", may: ["@clipwork/engine", "@clipwork/models", "umap-js"], builtins: true },
  { folder: "nodes/src", may: ["@clipwork/engine", "@clipwork/models"], builtins: true },
  {
    folder: "server/src/http",
    may: [
      "@clipwork/engine",
      "@clipwork/nodes",
      "express",
      "express-rate-limit",
      "helmet",
      "pino",
      "prom-client",
      "swagger-ui-dist",
      "zod",
    ],
    builtins: true,
  },
  {
    folder: "server/src/mcp",
    may: [
      ...["@clipwork/engine", "zod"],
      ...["@modelcontextprotocol/sdk/server/mcp.js", "@modelcontextprotocol/sdk/server/stdio.js"],
      ...["@modelcontextprotocol/sdk/shared/protocol.js", "@modelcontextprotocol/sdk/types.js"],
    ],
    builtins: true,
  },
  {
    folder: "server/src/telemetry",
    may: [
      "@clipwork/engine",
      ...["@opentelemetry/api", "@opentelemetry/resources", "@opentelemetry/sdk-metrics", "@opentelemetry/sdk-trace"],
      ...["@opentelemetry/exporter-metrics-otlp-http", "@opentelemetry/exporter-metrics-otlp-proto"],
      ...["@opentelemetry/exporter-trace-otlp-http", "@opentelemetry/exporter-trace-otlp-proto"],
    ],
    builtins: false,
  },
  { folder: "server/src/live", may: ["@clipwork/engine", "socket.io", "zod"], builtins: true },
  { folder: "server/src/app", may: ["@clipwork/engine", "express", "helmet", "pino", "socket.io"], builtins: true },
  { folder: "server/src/redis", may: ["@redis/client"], builtins: true },
  { folder: "server/src/bucket", may: ["@clipwork/engine", "@aws-sdk/client-s3"], builtins: true },
  {
    folder: "server/src",
    may: [
      "@clipwork/client/runs",
      "@clipwork/engine",
      "@clipwork/models",
      "@clipwork/models/checkpoint",
      "@clipwork/models/onnx",
      "@clipwork/nodes",
      "@clipwork/nodes/png-chunk",
      "sharp",
      "commander",
      "cli-progress",
    ],
    builtins: true,
  },
  {
    folder: "ui/src/views",
    may: [
      ...["@clipwork/engine", "@clipwork/server/wire", "lucide-react", "react"],
      ...["echarts/core", "echarts/charts", "echarts/components", "echarts/renderers"],
    ],
    builtins: false,
  },
  { folder: "ui/src/arrange", may: ["@dagrejs/dagre"], builtins: false },
  {
    folder: "ui/src",
    may: [
      "@clipwork/engine",
      "@clipwork/server/wire",
      "lucide-react",
      "marked",
      "react",
      "react-dom",
      "react-dom/client",
      "rete",
      "rete-area-plugin",
      "rete-connection-plugin",
      "socket.io-client",
    ],
    builtins: false,
  },
];

/**
 * The rooms of each package on their floors, the lowest first; "room/inner" is a room inside a room. A file may import from its own room and from floors below;
 * rooms of one floor do not know each other. A package without a row has no rooms yet.
 */
export const rooms: { readonly [name: string]: readonly (readonly string[])[] } = {
  engine: [
    ["document"],
    ["subgraph", "values"],
    ["kinds"],
    ["catalogue"],
    ["plan"],
    ["expansion"],
    ["run"],
    ["explain", "profile"],
    ["testing"],
  ],
  models: [["fields"], ["stages"], ["manifest"], ["text"], ["pack"], ["checkpoint", "runner"], ["onnx"]],
  nodes: [
    ["kinds"],
    ["diffusion", "vectors"],
    ["statistics"],
    ["codes"],
    ["stage"],
    ["clip", "guidance", "image", "latent", "list", "logic", "output", "text", "util"],
    ["decoder", "evaluate", "prior", "upsampler"],
    ["probe"],
    ["reference"],
    ["testing"],
  ],
  server: [
    ["wire"],
    ["client", "files", "settings"],
    ["bucket", "redis"],
    ["values"],
    ["values/s3"],
    ["data-folder/notes"],
    ["data-folder"],
    ["access"],
    ["hub/connection"],
    ["hub"],
    ["installed"],
    ["packs"],
    ["worker"],
    ["documents"],
    ["artifacts", "outputs"],
    ["artifacts/redis", "artifacts/s3", "local", "report"],
    ["backup", "checker", "worker-process"],
    ["model-jobs", "workflows"],
    ["forecast"],
    ["queue"],
    ["queue/attempts"],
    ["queue/memory", "queue/redis", "queue/sqlite"],
    ["queue/dispatch"],
    ["hooks"],
    ["fleet"],
    ["http"],
    ["live", "mcp", "telemetry"],
    ["app", "terminal"],
    ["cli/converting", "cli/options", "cli/typing"],
    ["cli/about", "cli/asking", "cli/backup", "cli/fleet", "cli/models", "cli/packs", "cli/running"],
    ["cli"],
  ],
  ui: [
    ["arrange", "canvas", "document", "runs", "server"],
    ["editor", "map", "paint"],
    ["fields", "keys", "views"],
    ["cards", "menus", "panels"],
    ["dialogs", "graph"],
    ["profile", "viewer"],
    ["form"],
    ["app"],
  ],
};

/** The doors of a package, which stand above its rooms. */
const doors = /^[a-z]+\/src\/(index|testing|for-packs)\.ts$/;

/** Packages of which only types may be imported. */
const typesOnly = ["@clipwork/server/wire"];

/** Tests may use these beside what their package may import. */
const forTests = [
  "@clipwork/engine/testing",
  "@clipwork/models/testing",
  "@clipwork/models/onnx",
  "@modelcontextprotocol/sdk/client/index.js",
  "@modelcontextprotocol/sdk/client/stdio.js",
  "@modelcontextprotocol/sdk/inMemory.js",
  "fast-check",
  "prom-client",
  "react-dom/server",
  "react/jsx-runtime",
  "vite",
];

export type Import = { readonly file: string; readonly target: string; readonly types: boolean };

/** `import … from "x"` and `export … from "x"`; `import "x"`; `import("x")`. */
const forms = [
  /^\s*(?:import|export)\s[\w\s*{},$]*?\bfrom\s*["']([^"']+)["']/gm,
  /^\s*import\s*["']([^"']+)["']/gm,
  /\bimport\s*\(\s*["']([^"']+)["']/g,
];

/** Every import and re-export in a file's text. */
export function importsOf(file: string, text: string): Import[] {
  return forms.flatMap((form) =>
    [...text.matchAll(form)].map((match) => ({ file, target: match[1]!, types: /^\s*import type\b/.test(match[0]) })),
  );
}

/** Whether the file is a test or serves tests alone. */
export function isTest(file: string): boolean {
  return /\.(test|contract|fixture)\.tsx?$|\/testing(\/|\.ts$)/.test(file);
}

/** The path, from the root, of the file that a relative import reaches. */
function reached({ file, target }: Import): string {
  return posix.join(posix.dirname(file), target);
}

/** Why the import breaks the table of packages, or undefined. */
export function packageViolation(found: Import): string | undefined {
  const { file, target, types } = found;
  const rule = packages.find(({ folder }) => file.startsWith(`${folder}/`));
  if (!rule) return `${file}: no rule covers this folder`;
  if (target.startsWith(".")) {
    const [name] = file.split("/");
    const own = reached(found).startsWith(`${name}/src/`) || reached(found) === `${name}/package.json`;
    return own || isTest(file) ? undefined : `${file}: ${target} leaves its package`;
  }
  if (isBuiltin(target)) {
    return rule.builtins || isTest(file)
      ? undefined
      : `${file}: its package uses no built-in module, but this imports ${target}`;
  }
  if (typesOnly.includes(target) && !types) return `${file}: may import no more than types from ${target}`;
  const allowed = isTest(file) ? [...rule.may, ...forTests] : rule.may;
  return allowed.includes(target) ? undefined : `${file}: may not import ${target}`;
}

/**
 * The room of a file as "package/room", or as "package/room/inner" if the inner folder has a floor of its own; undefined for a file
 * that lies directly in its package's `src`.
 */
export function roomOf(file: string): string | undefined {
  const [, name, room, inner] = /^([a-z]+)\/src\/([a-z-]+)\/(?:([a-z0-9-]+)\/)?/.exec(file) ?? [];
  if (name === undefined) return undefined;
  const own = rooms[name]?.some((floor) => floor.includes(`${room}/${inner}`));
  return own ? `${name}/${room}/${inner}` : `${name}/${room}`;
}

/** Why the import breaks the table of rooms, or undefined. Tests may reach into any room of their package. */
export function roomViolation(found: Import): string | undefined {
  const { file, target } = found;
  const floors = rooms[file.split("/")[0]!];
  if (!floors || isTest(file) || doors.test(file)) return undefined;
  const floorOf = (path: string) =>
    floors.findIndex((floor) => floor.includes(roomOf(path)?.replace(/^[a-z]+\//, "") ?? ""));
  const own = floorOf(file);
  if (own < 0) return `${file}: lies in no room of its package`;
  if (!target.startsWith(".")) return undefined;
  const to = reached(found);
  if (roomOf(to) === roomOf(file) || to.endsWith("/package.json")) return undefined;
  const other = floorOf(to);
  if (other < 0) return `${file}: ${to} lies in no room of its package`;
  return other < own ? undefined : `${file}: ${to} lies on ${other === own ? "the same floor" : "a floor above"}`;
}

/**
 * The groups of files that import one another in a circle, each written as its files in alphabetical order. Tarjan's algorithm,
 * without recursion. Type imports count; tests do not.
 */
export function circles(imports: readonly Import[]): string[] {
  const edges = new Map<string, string[]>();
  for (const found of imports) {
    if (!found.target.startsWith(".") || isTest(found.file)) continue;
    edges.set(found.file, [...(edges.get(found.file) ?? []), reached(found)]);
  }
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const groups: string[] = [];
  for (const start of edges.keys()) {
    if (index.has(start)) continue;
    const work = [{ file: start, next: 0 }];
    while (work.length > 0) {
      const frame = work.at(-1)!;
      const { file } = frame;
      if (frame.next === 0) {
        index.set(file, index.size);
        low.set(file, index.get(file)!);
        stack.push(file);
        onStack.add(file);
      }
      const target = edges.get(file)?.[frame.next++];
      if (target !== undefined) {
        if (!index.has(target)) work.push({ file: target, next: 0 });
        else if (onStack.has(target)) low.set(file, Math.min(low.get(file)!, index.get(target)!));
        continue;
      }
      work.pop();
      const parent = work.at(-1)?.file;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(file)!));
      if (low.get(file) !== index.get(file)) continue;
      const group = stack.splice(stack.indexOf(file));
      for (const member of group) onStack.delete(member);
      if (group.length > 1 || edges.get(file)?.includes(file)) groups.push(group.sort().join(" → "));
    }
  }
  return groups.sort();
}
