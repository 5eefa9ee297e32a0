export type { Cache } from "./cache.ts";
export type { Catalogue, Environment, PackFacts, Unusable } from "./environment.ts";
export type { OutputRef, PreviewEvent, RunEvent, RunEventBody, ValueRef } from "./event.ts";
export type {
  InputsOf,
  Migration,
  NodeDeclaration,
  NodeDefinition,
  NodeParts,
  OutputsOf,
  ParamsOf,
  RunContext,
} from "./node.ts";
export { nodeDefiner } from "./node.ts";
export type { Param, ParamValue } from "./param.ts";
export { maxSeed, p, paramSocketType } from "./param.ts";
export type { Problem } from "./problem.ts";
export type { Refinement, Socket, SocketKind, SocketType } from "./socket.ts";
export { list, optional, t } from "./socket.ts";
export type { GuidanceValue, ImageEmbeddingValue, ImageValue, TextEmbeddingValue, Value } from "./value.ts";
