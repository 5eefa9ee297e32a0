import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { WorkflowJson } from "@clipwork/engine";
import { packFacts } from "@clipwork/nodes";
import { isUnusable } from "../../installed/pack-library.ts";
import type { RunHost } from "../../queue/run-host.ts";
import type { NodesReply, PackJson, PacksReply, TemplateJson, TemplatesReply } from "../../wire/wire.ts";
import { nodesReply, packsReply, templatesReply } from "../replies.ts";
import { defineRoute } from "../route.ts";

/** The workflows that came with this copy of Clipwork. */
const templatesFolder = join(import.meta.dirname, "..", "..", "..", "..", "workflows");

export const catalogueRoutes = [
  defineRoute({
    method: "get",
    path: "/nodes",
    summary: "List the node types with their ports and parameters.",
    reply: nodesReply,
    rate: "read",
    handle: ({ host }): NodesReply => ({ nodes: host.nodes }),
  }),
  defineRoute({
    method: "get",
    path: "/packs",
    summary: "List the model packs, and why some of them cannot be used.",
    reply: packsReply,
    rate: "read",
    handle: async ({ host }): Promise<PacksReply> => ({ packs: await listPacks(host) }),
  }),
  defineRoute({
    method: "get",
    path: "/templates",
    summary: "List the workflows that come with Clipwork.",
    reply: templatesReply,
    rate: "read",
    handle: (): TemplatesReply => ({ templates: readTemplates() }),
  }),
];

async function listPacks(host: RunHost): Promise<PackJson[]> {
  return [...(await host.packs.load())].map(([name, pack]) => {
    if (isUnusable(pack)) return { name, unusable: { message: pack.message, remedy: pack.remedy } };
    const { title, licence, vocabulary } = pack.manifest;
    return { name, title, licence, facts: packFacts(pack), vocabulary: Object.values(vocabulary).flat() };
  });
}

function readTemplates(): TemplateJson[] {
  const files = readdirSync(templatesFolder).filter((file) => file.endsWith(".json"));
  return files.sort().map((file) => {
    const document: WorkflowJson = JSON.parse(readFileSync(join(templatesFolder, file), "utf8"));
    const { title, description } = document.meta ?? {};
    return { id: basename(file, ".json"), title: title ?? file, summary: String(description ?? ""), document };
  });
}
