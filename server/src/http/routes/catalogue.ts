import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { WorkflowJson } from "@clipwork/engine";
import type { Checker } from "../../checker/checker.ts";
import type { NodesReply, PacksReply, TemplateJson, TemplatesReply } from "../../wire/wire.ts";
import { nodesReply, packsReply, templatesReply } from "../replies.ts";
import { defineRoute, type Route } from "../route.ts";

/** The workflows that came with this copy of Clipwork. */
const templatesFolder = join(import.meta.dirname, "..", "..", "..", "..", "workflows");

/** `checker` knows the node types and the packs. */
export const catalogueRoutes = ({
  checker,
}: {
  readonly checker: Pick<Checker, "nodes" | "kinds" | "packs">;
}): Route[] => [
  defineRoute({
    method: "get",
    path: "/nodes",
    summary: "List the node types with their ports and parameters, and the kinds of value that ports carry.",
    reply: nodesReply,
    rate: "read",
    handle: (): NodesReply => ({ nodes: checker.nodes, kinds: checker.kinds }),
  }),
  defineRoute({
    method: "get",
    path: "/packs",
    summary: "List the model packs, and why some of them cannot be used.",
    reply: packsReply,
    rate: "read",
    handle: async (): Promise<PacksReply> => ({ packs: await checker.packs() }),
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

function readTemplates(): TemplateJson[] {
  const files = readdirSync(templatesFolder).filter((file) => file.endsWith(".json"));
  return files.sort().map((file) => {
    const document: WorkflowJson = JSON.parse(readFileSync(join(templatesFolder, file), "utf8"));
    const { title = file, group = "", description = "" } = document.meta ?? {};
    return { id: basename(file, ".json"), title, group: String(group), summary: String(description), document };
  });
}
