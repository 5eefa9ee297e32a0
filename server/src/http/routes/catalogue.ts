import type { Checker } from "../../checker/checker.ts";
import type { NodePacksReply, NodesReply, PacksReply, TemplatesReply } from "../../wire/wire.ts";
import type { Templates } from "../../workflows/templates.ts";
import { nodePacksReply, nodesReply, packsReply, templatesReply } from "../replies.ts";
import { defineRoute, type Route } from "../route.ts";

/** `checker` knows the node types and the packs. */
export const catalogueRoutes = ({
  checker,
  templates,
}: {
  readonly checker: Pick<Checker, "nodes" | "kinds" | "packs" | "nodePacks">;
  readonly templates: Pick<Templates, "list">;
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
    path: "/node-packs",
    summary: "List the node packs that the server was started with: what each brings, or why it is not used.",
    reply: nodePacksReply,
    rate: "read",
    handle: (): NodePacksReply => ({ packs: checker.nodePacks }),
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
    handle: async (): Promise<TemplatesReply> => ({ templates: await templates.list() }),
  }),
];
