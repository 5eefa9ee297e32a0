import { inputOf } from "../catalogue/declared.ts";
import type { AnyNodeDefinition, NodeDefinition } from "../catalogue/node.ts";
import type { Param, ParamValue } from "../catalogue/param.ts";

declare const validated: unique symbol;

/** A workflow that is known to be valid, in the order in which it can be run. Only `validate` and `bindPlan` make one. */
export type Plan<Services = unknown> = {
  readonly [validated]: true;
  /** The nodes that the run's outputs need; sources stand before the nodes that use them. */
  readonly nodes: readonly PlanNode<Services>[];
  readonly numerics: string;
  readonly hash: (text: string) => string;
};

export type PlanNode<Services = unknown> = {
  readonly id: string;
  readonly definition: NodeDefinition<Services>;
  /** Every parameter, defaults filled in. The value of a linked parameter is inert. */
  readonly params: { readonly [name: string]: ParamValue };
  /** In the order in which the definition declares its inputs, then its parameters. */
  readonly links: readonly PlanLink[];
  /** Digests by name: the stages of the node's pack and its arrays, these as `arrays/NAME`; the contents of its files. */
  readonly stages: { readonly [stage: string]: string };
  readonly files: { readonly [param: string]: string };
  /** Outputs that it does not give with its pack. */
  readonly absent: readonly string[];
  /** Whether the run has to return this node's values: it is a sink or was chosen as a target. */
  readonly wanted: boolean;
  /** Of a node that stands between the rounds of a loop: what it holds, which is all that its reader knows of it. */
  readonly between?: { readonly loop: string; readonly output: string };
};

export type PlanLink = {
  /** The input or parameter that the link feeds. */
  readonly port: string;
  /** Whether the whole list goes in, rather than one item. */
  readonly list: boolean;
  /** Present if the link feeds a parameter. */
  readonly param?: Param;
  /** Present if items need the input only when the parameter that link `link` of this node feeds is `is`. */
  readonly when?: { readonly link: number; readonly is: ParamValue };
  /** Position of the source in `Plan.nodes`. */
  readonly source: number;
  readonly sourcePort: string;
};

/** A plan whose nodes may ask their host for any services, for callers that inspect a plan and do not run it. */
export type AnyPlan = Plan<never>;
export type AnyPlanNode = PlanNode<never>;

/** A link as it is written, without what follows from the declaration of the node it feeds. */
export type PlanLinkData = Pick<PlanLink, "port" | "source" | "sourcePort">;

/** The link with what the declaration says of its port. `links` are all links of its node, in order. */
export function bindLink(
  definition: AnyNodeDefinition,
  links: readonly { readonly port: string }[],
  { port, source, sourcePort }: PlanLinkData,
): PlanLink {
  const param = definition.params[port];
  if (param) return { port, list: false, source, sourcePort, param };
  const { list, when } = inputOf(definition, port);
  const deciding = when ? links.findIndex(({ port }) => port === when.param) : -1;
  const link = { port, list, source, sourcePort };
  return when && deciding >= 0 ? { ...link, when: { link: deciding, is: when.is } } : link;
}
