import type { AnyCatalogue, Catalogue } from "../catalogue/environment.ts";
import { findNodeType } from "../catalogue/loop-nodes.ts";
import type { AnyNodeDefinition } from "../catalogue/node.ts";
import type { Problem } from "../document/problem.ts";
import { Report } from "../document/report.ts";
import { show } from "../document/wording.ts";
import { type AnyPlan, bindLink, type Plan, type PlanLinkData, type PlanNode } from "./plan.ts";

/** A plan as plain data: what one process has checked and another one runs. JSON keeps all of it. */
export type PlanData = {
  readonly numerics: string;
  /** The node types that the plan uses, as they were when it was made. */
  readonly types: { readonly [type: string]: NodeTypeStamp };
  readonly nodes: readonly PlanNodeData[];
};

/** What a node type has to be for a plan to mean the same. */
export type NodeTypeStamp = {
  readonly version: number;
  /** The node pack that brings it; absent for Clipwork's own. */
  readonly origin?: string;
  /** Digest of its inputs, outputs, parameters, stages and arrays as declared. */
  readonly shape: string;
};

/** A node of a plan. Absent fields stand for empty ones, and an absent `wanted` for false. */
export type PlanNodeData = Pick<PlanNode, "id" | "params"> & {
  readonly type: string;
  readonly links?: readonly PlanLinkData[];
} & Partial<Pick<PlanNode, "stages" | "files" | "absent" | "wanted" | "between">>;

/** The plan as plain data, from which `bindPlan` makes an equal one. */
export function writePlan({ nodes, numerics, hash }: AnyPlan): PlanData {
  const types: { [type: string]: NodeTypeStamp } = {};
  const written = nodes.map(
    ({ id, definition, params, links, stages, files, absent, wanted, between }): PlanNodeData => {
      const { type } = definition;
      types[type] ??= stampOf(definition, hash);
      return {
        id,
        type,
        params,
        ...(links.length > 0 && { links: links.map(({ port, source, sourcePort }) => ({ port, source, sourcePort })) }),
        ...(isFilled(stages) && { stages }),
        ...(isFilled(files) && { files }),
        ...(absent.length > 0 && { absent }),
        ...(wanted && { wanted }),
        ...(between && { between }),
      };
    },
  );
  return { numerics, types, nodes: written };
}

/** What each node type of a catalogue is now, as the plans that use it say it. `hash` is the `hash` of an `Environment`. */
export function stampTypes(
  catalogue: AnyCatalogue,
  hash: (text: string) => string,
): { readonly [type: string]: NodeTypeStamp } {
  return Object.fromEntries([...catalogue].map(([type, definition]) => [type, stampOf(definition, hash)]));
}

/**
 * The plan that `writePlan` wrote, with the node types of this catalogue. Where one of them is not what it was when the plan
 * was made, there is no plan, and a problem says so of each. `hash` is the `hash` of an `Environment`.
 */
export function bindPlan<Services>(
  data: PlanData,
  catalogue: Catalogue<Services>,
  hash: (text: string) => string,
): { readonly plan?: Plan<Services>; readonly problems: readonly Problem[] } {
  const problems = checkTypes(data, catalogue, hash);
  if (problems.length > 0) return { problems };
  const nodes = data.nodes.map(
    ({
      id,
      type,
      params,
      links = none,
      stages = nothing,
      files = nothing,
      absent = none,
      wanted = false,
      between,
    }): PlanNode<Services> => {
      const definition = findNodeType(catalogue, type)!;
      return {
        id,
        definition,
        params,
        links: links.map((link) => bindLink(definition, links, link)),
        stages,
        files,
        absent,
        wanted,
        ...(between && { between }),
      };
    },
  );
  return { plan: { nodes, numerics: data.numerics, hash } as unknown as Plan<Services>, problems };
}

/** Shared by the many nodes that have none. */
const nothing = Object.freeze({});
const none: readonly [] = [];

function checkTypes({ types }: PlanData, catalogue: AnyCatalogue, hash: (text: string) => string): readonly Problem[] {
  const report = new Report();
  for (const [type, made] of Object.entries(types)) {
    const definition = findNodeType(catalogue, type);
    const here = definition && stampOf(definition, hash);
    if (here && here.version === made.version && here.origin === made.origin && here.shape === made.shape) continue;
    report.error(
      "node-type-changed",
      {},
      `The node type ${show(type)} was ${describe(made)} when the run was checked; here ${here ? `it is ${describe(here, made)}` : "there is none"}.`,
      "Start the run again. If it recurs, restart the server: it still has the old node types.",
    );
  }
  return report.problems;
}

function describe({ version, origin, shape }: NodeTypeStamp, other?: NodeTypeStamp): string {
  const same = other?.version === version && other.origin === origin && other.shape !== shape;
  return `version ${version}${origin === undefined ? "" : ` of ${origin}`}${same ? " with other sockets or parameters" : ""}`;
}

function stampOf(definition: AnyNodeDefinition, hash: (text: string) => string): NodeTypeStamp {
  const { version, origin, inputs, outputs, params, moves = false, run } = definition;
  const { stages, optionalStages, arrays, optionalArrays } = definition;
  const reads = [stages, optionalStages, arrays, optionalArrays];
  const shape = hash(JSON.stringify([inputs, outputs, params, ...reads, moves, run !== undefined]));
  return { version, ...(origin !== undefined && { origin }), shape };
}

function isFilled(record: { readonly [name: string]: string }): boolean {
  for (const _ in record) return true;
  return false;
}
