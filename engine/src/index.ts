export type { Cache } from "./cache.ts";
export type { NodeTypeJson } from "./catalogue.ts";
export { catalogueFromJson, catalogueJson, createCatalogue } from "./catalogue.ts";
export type { Address, Document, DocumentNode, NodeJson, ReadResult, WorkflowJson } from "./document.ts";
export { parseDocument, readDocument } from "./document.ts";
export { decodeValue, encodeValue } from "./encode.ts";
export { readValue } from "./entry.ts";
export type { Catalogue, Environment, PackFacts, Unusable } from "./environment.ts";
export type { OutputRef, PreviewEvent, RunEvent, RunEventBody, ValueRef } from "./event.ts";
export type { Explanation } from "./explain.ts";
export { describePlan, explainPlan } from "./explain.ts";
export { parseJson } from "./json-text.ts";
export { memoryCache } from "./memory-cache.ts";
export type {
  Checkpoint,
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
export { NodeError } from "./node-error.ts";
export type { NodeKey } from "./node-key.ts";
export { outputTypes } from "./output-types.ts";
export type { Param, ParamValue } from "./param.ts";
export { maxSeed, p, paramSocketType } from "./param.ts";
export { parseParam } from "./param-check.ts";
export type { Plan, PlanLink, PlanNode } from "./plan.ts";
export type { Problem } from "./problem.ts";
export type { Failure, RunOptions, RunResult } from "./run.ts";
export { run } from "./run.ts";
export { applySettings, collectFiles, usedPacks } from "./settings.ts";
export type { Refinement, Socket, SocketKind, SocketType } from "./socket.ts";
export { list, optional, t, when } from "./socket.ts";
export type { Timer } from "./time-limit.ts";
export type { TracedEntry } from "./trace.ts";
export { traceOutputs } from "./trace.ts";
export { describeType, fits, resolveType } from "./types.ts";
export type { ValidateOptions, Validation } from "./validate.ts";
export { validate } from "./validate.ts";
export type { GuidanceValue, ImageEmbeddingValue, ImageValue, TextEmbeddingValue, Value } from "./value.ts";
