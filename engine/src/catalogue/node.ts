import type { Kind } from "../kinds/kind.ts";
import type { Socket } from "../kinds/socket.ts";
import type { Value } from "../values/value.ts";
import type { Param } from "./param.ts";

type Sockets = { readonly [port: string]: Socket };
type Params = { readonly [name: string]: Param };

type ItemOf<S> = S extends Socket<infer V, infer O, infer L> ? Item<V, O, L> : never;
type Item<V extends Value, O, L> = (L extends true ? readonly V[] : V) | (O extends true ? undefined : never);
type ParamOf<P> = P extends Param<infer V> ? V : never;

/** What `run` sees of its inputs: one item, or the whole list where the port says so. Never mutated. */
export type InputsOf<I extends Sockets> = { readonly [K in keyof I]: ItemOf<I[K]> };
/** Names of the outputs that a node gives with every pack; others depend on a fact of the pack. */
type Always<O extends Sockets> = { [K in keyof O]: O[K] extends Socket<infer _V, false> ? K : never }[keyof O];
/** What `run` returns: one item a port, or a list where the port says so; of a port that depends on the pack perhaps nothing. */
export type OutputsOf<O extends Sockets> = { readonly [K in Always<O>]: ItemOf<O[K]> } & {
  readonly [K in Exclude<keyof O, Always<O>>]?: Exclude<ItemOf<O[K]>, undefined>;
};
export type ParamsOf<P extends Params> = { readonly [K in keyof P]: ParamOf<P[K]> };

/** How far a long item has got, kept so that a run that ends early need not begin it anew. */
export type Checkpoint = {
  /** What an earlier run of this very item saved last, if it is there; its shape is for the node to check. */
  load(): Promise<Value | undefined>;
  /**
   * Keeps how far the item has got, in place of what it saved before. To be called after every step: the engine decides what
   * is worth writing. The value must not change afterwards.
   */
  save(value: Value): void;
};

/** What the engine gives to a running item, beside the services of its host. */
export type RunContext = {
  readonly signal: AbortSignal;
  /** Says that `step` of `steps` are done. */
  progress(step: number, steps: number): void;
  /** Says what goes on meanwhile that is no step, such as loading a model; until the next step is done. */
  doing(what: string): void;
  /** Shows what an output looks like so far, by its own kind or another one; may be lost. */
  preview<V extends Value>(port: string, value: V, kind?: Kind<V>): void;
  /** Tells the user something worth knowing that is no failure, such as words that were cut. */
  notice(message: string): void;
  readonly checkpoint: Checkpoint;
};

/** One node type. `Services` is what the host offers beside the engine's context: models, files. */
export type NodeDefinition<Services = unknown> = {
  /** Stable name, `group.name`. */
  readonly type: string;
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  readonly inputs: Sockets;
  readonly outputs: Sockets;
  readonly params: Params;
  /** What brings it, where that is not Clipwork: the node pack's name, version and content. For the host to set. */
  readonly origin?: string;
  /** Stages of the node's pack that decide its result; their digests enter the fingerprint. */
  readonly stages: readonly string[];
  /** Stages that it runs if the pack has them; their digests enter the fingerprint then. */
  readonly optionalStages: readonly string[];
  /** Arrays of the node's pack that it reads; their digests enter the fingerprint. */
  readonly arrays: readonly string[];
  /** Arrays that it reads if the pack has them; their digests enter the fingerprint then. */
  readonly optionalArrays: readonly string[];
  /**
   * The node computes nothing: each item that it gives is one that it was given. The engine calls `run` at once with the places
   * of values instead of the values, and without a context, so the node costs nothing and changes no fingerprint.
   */
  readonly moves?: boolean;
  /** Seconds that an item may take, in place of what the run says; Infinity for no limit. Changes no fingerprint. */
  readonly timeLimit?: number;
  /**
   * How many items the list that it emits has, or has at most, if its parameters and the lengths of the lists that feed it, by port, decide that:
   * for forecasts.
   */
  listLength?(params: never, lengths: { readonly [port: string]: number }): number;
  /** Named steps from older versions: takes the parameters and inputs as version `from` had them, gives those of `from + 1`. */
  readonly migrations: readonly Migration[];
  /**
   * Computes one item. Absent on a sink (`output.*`): its value is its input, a run's scope starts from it, and the host
   * publishes it after the run.
   */
  readonly run?: (
    inputs: never,
    params: never,
    context: RunContext & Services,
  ) => Promise<Record<string, unknown>> | Record<string, unknown>;
};

/** A node type that may ask any services: for those who look at it and do not run it. */
export type AnyNodeDefinition = NodeDefinition<never>;

export type Migration = {
  readonly from: number;
  readonly name: string;
  readonly apply: (node: NodeParts) => NodeParts;
};

export type NodeParts = {
  readonly params: { readonly [name: string]: unknown };
  readonly inputs: { readonly [port: string]: unknown };
};

export type NodeDeclaration<Services, I extends Sockets, O extends Sockets, P extends Params> = {
  readonly type: string;
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  readonly inputs?: I;
  readonly outputs?: O;
  readonly params?: P;
  readonly stages?: readonly string[];
  readonly optionalStages?: readonly string[];
  readonly arrays?: readonly string[];
  readonly optionalArrays?: readonly string[];
  readonly moves?: boolean;
  readonly timeLimit?: number;
  listLength?(params: ParamsOf<P>, lengths: { readonly [port: string]: number }): number;
  readonly migrations?: readonly Migration[];
  readonly run?: (
    inputs: InputsOf<I>,
    params: ParamsOf<P>,
    context: RunContext & Services,
  ) => Promise<OutputsOf<O>> | OutputsOf<O>;
};

/**
 * Declares node types for one kind of host: `const defineNode = nodeDefiner<MyServices>()`. The result of `run` is checked
 * against the declared outputs by the type checker, its inputs and parameters are typed from their declarations.
 */
export function nodeDefiner<Services>() {
  return <
    I extends Sockets = Record<never, never>,
    O extends Sockets = Record<never, never>,
    P extends Params = Record<never, never>,
  >(
    declaration: NodeDeclaration<Services, I, O, P>,
  ): NodeDefinition<Services> =>
    ({
      inputs: {},
      outputs: {},
      params: {},
      stages: [],
      optionalStages: [],
      arrays: [],
      optionalArrays: [],
      migrations: [],
      ...declaration,
    }) as NodeDefinition<Services>;
}
