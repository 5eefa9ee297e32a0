import { nodeDefiner } from "@clipwork/engine";
import type { ModelRunner, Pack } from "@clipwork/models";

/** What every Clipwork host offers to its nodes. */
export type NodeServices = {
  readonly models: ModelRunner;
  /** A pack by name; validation has made sure that it exists. */
  readonly pack: (name: string) => Pack;
  /** The content of a file parameter's value; validation has made sure that it exists. */
  readonly file: (name: string) => Promise<Uint8Array>;
};

/** Declares a node type that runs in a Clipwork host. */
export const defineNode = nodeDefiner<NodeServices>();
