import type { GroupJson, NoteJson } from "./presentation.ts";

/** A workflow as it is saved. Fields that this version does not know are kept. */
export type WorkflowJson = {
  readonly format: "clipwork/1";
  readonly meta?: { readonly title?: string; readonly [field: string]: unknown };
  readonly nodes: { readonly [id: string]: NodeJson };
  /** A name for one parameter ("node.param"), or for several that are set together. */
  readonly exposed?: Exposed;
  /** Where and how the editor draws the nodes. Changes nothing that is computed, and neither do groups and notes. */
  readonly layout?: { readonly [id: string]: unknown };
  readonly groups?: { readonly [id: string]: GroupJson };
  readonly notes?: { readonly [id: string]: NoteJson };
  /** Subgraphs: a node of type "subgraph.<id>" is an instance of the definition with that id. */
  readonly definitions?: { readonly [id: string]: DefinitionJson };
};

export type Exposed = { readonly [name: string]: string | readonly string[] };

export type NodeJson = {
  readonly type: string;
  readonly version: number;
  readonly params?: { readonly [name: string]: unknown };
  /** Links: input or parameter to "node.port". */
  readonly inputs?: { readonly [port: string]: string };
  /**
   * "mute": the node and everything that needs it are left out. "bypass": its first input of the same type takes its place.
   */
  readonly mode?: "mute" | "bypass";
};

/** A graph that nodes of a document stand for. What is inside links to its inputs as "in.<port>". */
export type DefinitionJson = {
  readonly title?: string;
  readonly nodes: WorkflowJson["nodes"];
  /** The inputs of an instance, in order. */
  readonly inputs?: { readonly [port: string]: DefinitionInput };
  /** The outputs of an instance, in order. */
  readonly outputs?: { readonly [port: string]: DefinitionOutput };
  /** The parameters of an instance, in order: a name for one parameter inside, or for several. */
  readonly exposed?: Exposed;
  readonly layout?: NonNullable<WorkflowJson["layout"]>;
  readonly groups?: NonNullable<WorkflowJson["groups"]>;
  readonly notes?: NonNullable<WorkflowJson["notes"]>;
};

export type DefinitionInput = { readonly summary?: string };
/** `from`: what it gives, as "node.port"; an output without it gives nothing yet. */
export type DefinitionOutput = { readonly from?: string; readonly summary?: string };

/** What the type of an instance begins with; the id of its definition follows. */
export const instancePrefix = "subgraph.";

/** How often a loop runs its definition: so many times, or as long as it says "again". */
export type LoopKind = "repeat" | "while";

/** What the types of loops begin with: instances that run their definition round by round. */
const loopPrefixes: { readonly [K in LoopKind]: string } = { repeat: "loop.repeat.", while: "loop.while." };

/** The node, inside a definition, that stands for its inputs. */
export const inputsId = "in";
/** The node that an editor shows for the outputs of a definition; no node inside may have its id. */
export const outputsId = "out";

/** The id of the definition that a node of this type is an instance or a loop of; undefined for any other type. */
export function definitionOf(type: string): string | undefined {
  const prefix = [instancePrefix, ...Object.values(loopPrefixes)].find((prefix) => type.startsWith(prefix));
  return prefix === undefined ? undefined : type.slice(prefix.length);
}

/** What sort of loop a node of this type is; undefined if it is none. */
export function loopOf(type: string): LoopKind | undefined {
  return (["repeat", "while"] as const).find((kind) => type.startsWith(loopPrefixes[kind]));
}

/** The type of the instances of a definition, or of the loops of that sort. */
export function instanceType(definition: string, loop?: LoopKind): string {
  return `${loop ? loopPrefixes[loop] : instancePrefix}${definition}`;
}

/** The title in a document's `meta`, or that of a definition. Undefined if there is none: a file may have anything in its place. */
export function writtenTitle(of: { readonly title?: unknown } | undefined): string | undefined {
  return typeof of?.title === "string" ? of.title : undefined;
}
