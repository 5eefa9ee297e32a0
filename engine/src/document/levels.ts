import type { Definition } from "./read-definitions.ts";
import type { Address, DocumentNode } from "./read-node.ts";
import type { LoopKind } from "./workflow-json.ts";

/** The nodes of a document, of one instance or of one round of a loop, before they are unpacked. */
export type Level = {
  /** "" for the document, else the path of the instance and a slash. */
  readonly prefix: string;
  readonly nodes: ReadonlyMap<string, DocumentNode>;
  /** "mute" if the instance, or one around it, is muted or bypassed: all inside is left out. */
  readonly mode: "run" | "mute";
  readonly definition?: Definition;
  /** What feeds the instance's inputs. */
  readonly fed: ReadonlyMap<string, Source>;
  readonly inner: Map<string, Inner>;
  /** What instances' exposed names set inside, by node. */
  readonly set: ReadonlyMap<string, Change>;
};

/** An instance on a level. */
export type Inner = {
  readonly definition: Definition;
  /** What is inside: one level, or one a round. */
  readonly rounds: readonly Level[];
  /** Present for a loop. */
  readonly loop?: LoopKind;
  /** What each of its outputs gives; undefined for nothing yet. */
  readonly given: ReadonlyMap<string, Source | undefined>;
  /** What feeds its inputs, if it is bypassed and no instance around it is left out. */
  readonly bypassed?: ReadonlyMap<string, Source>;
};

/** An address, and the level whose nodes it speaks of. */
export type Source = { readonly at: Level; readonly address: Address };

/** What is set from outside on a node: parameters, and links that feed parameters. */
export type Change = { readonly params: { [name: string]: unknown }; readonly links: Map<string, Source> };
