import type { PackFacts } from "../kinds/pack-facts.ts";
import type { AnyNodeDefinition, NodeDefinition } from "./node.ts";

/** Something a workflow names that cannot be used, with the reason and a way out. */
export type Unusable = { readonly message: string; readonly remedy: string };

/** A file that a document names. */
export type FileFacts = {
  readonly digest: string;
  readonly folder?: true;
  /** Numbers that types may depend on, such as the width and height of a picture, where they are known. */
  readonly facts?: { readonly [name: string]: number };
};

/**
 * Everything validation needs besides the document. Plain data except for `hash`; the same in the editor, the server and
 * the command line.
 */
export type Environment<Services = unknown> = {
  readonly catalogue: Catalogue<Services>;
  readonly packs: { readonly [name: string]: PackFacts | Unusable };
  /** For every value of a `file` parameter in the document: the digest of its content, or why it cannot be used. */
  readonly files: { readonly [name: string]: FileFacts | Unusable };
  /** Provider, precision, runtime version and processor family. Different numerics may give different results. */
  readonly numerics: string;
  /** SHA-256 of a text's UTF-8, in hexadecimal. Passed in, since the engine uses nothing of its platform. */
  readonly hash: (text: string) => string;
};

/** The known node types by name. */
export type Catalogue<Services = unknown> = ReadonlyMap<string, NodeDefinition<Services>>;

/** A catalogue whose nodes may ask for any services, for callers that inspect node types and run none. */
export type AnyCatalogue = ReadonlyMap<string, AnyNodeDefinition>;
/** An environment for callers that check workflows and run none. */
export type AnyEnvironment = Environment<never>;
