import { nodeDefiner } from "@clipwork/engine";
import type { Arrays, ModelRunner, Pack } from "@clipwork/models";

/** A file of a folder. */
export type FolderFile = { readonly name: string; read(): Promise<Uint8Array> };

/** What every Clipwork host offers to its nodes. */
export type NodeServices = {
  readonly models: ModelRunner;
  /** A pack by name; validation has made sure that it exists. */
  readonly pack: (name: string) => Pack;
  /** A pack's arrays by name, in memory of the caller's own; validation has made sure that those in `arrays` exist. */
  readonly arrays: (pack: string, name: string) => Promise<Arrays>;
  /** The content of a file parameter's value; validation has made sure that it exists. */
  readonly file: (name: string) => Promise<Uint8Array>;
  /** The files of a folder parameter's value, by name; validation has made sure that there is one. */
  readonly folder: (name: string) => readonly FolderFile[];
};

/** Declares a node type that runs in a Clipwork host. */
export const defineNode = nodeDefiner<NodeServices>();
