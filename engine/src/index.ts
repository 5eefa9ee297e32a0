export type { KindJson, NodeTypeJson, SocketJson } from "./catalogue/catalogue.ts";
export { catalogueFromJson, catalogueJson, createCatalogue, kindsJson, kindsOf } from "./catalogue/catalogue.ts";
export { inputOf, outputOf, paramOf } from "./catalogue/declared.ts";
export type {
  AnyCatalogue,
  AnyEnvironment,
  Catalogue,
  Environment,
  FileFacts,
  Unusable,
} from "./catalogue/environment.ts";
export type {
  AnyNodeDefinition,
  Checkpoint,
  InputsOf,
  Migration,
  NodeDeclaration,
  NodeDefinition,
  NodeParts,
  OutputsOf,
  ParamsOf,
  RunContext,
} from "./catalogue/node.ts";
export { nodeDefiner } from "./catalogue/node.ts";
export { NodeError } from "./catalogue/node-error.ts";
export type { Param, ParamValue } from "./catalogue/param.ts";
export { addedLater, maxSeed, p, paramSocketType } from "./catalogue/param.ts";
export { parseParam } from "./catalogue/param-check.ts";
export { definitionsWithin } from "./document/definitions-within.ts";
export type { Document, ReadResult } from "./document/document.ts";
export { parseDocument, readDocument } from "./document/document.ts";
export type { Instance } from "./document/flatten.ts";
export { parseJson } from "./document/json-text.ts";
export { roundInput, roundsLimits, roundsName, standsBetween } from "./document/loop.ts";
export type { CardLook, Colour, GroupJson, NoteJson } from "./document/presentation.ts";
export { colours, presentationLimits, readCardLook, readGroups, readNotes } from "./document/presentation.ts";
export type { Problem } from "./document/problem.ts";
export type { Address, DocumentNode } from "./document/read-node.ts";
export { againOutput, withoutRounds } from "./document/rounds.ts";
export { suggest } from "./document/wording.ts";
export type { DefinitionJson, LoopKind, NodeJson, WorkflowJson } from "./document/workflow-json.ts";
export { definitionOf, inputsId, instanceType, loopOf, outputsId, writtenTitle } from "./document/workflow-json.ts";
export type { ExpandedPlan } from "./explain/expand-plan.ts";
export { expandPlan } from "./explain/expand-plan.ts";
export type { Explanation, NodeAhead } from "./explain/explain.ts";
export { describePlan, explainPlan, nodesAhead, planKeys } from "./explain/explain.ts";
export type { NodeKey } from "./explain/node-key.ts";
export { tableRows, writeCsv } from "./kinds/csv.ts";
export type { Kind, KindDeclaration } from "./kinds/kind.ts";
export { defineKind, text } from "./kinds/kind.ts";
export type { PackFacts } from "./kinds/pack-facts.ts";
export type { Refinement, Socket, SocketType } from "./kinds/socket.ts";
export { isGiven, list, optional, socketOf, t, when, whenPack } from "./kinds/socket.ts";
export { describeType, fits, resolveType } from "./kinds/types.ts";
export type {
  Cell,
  MapPoints,
  PictureSheet,
  Published,
  TableColumn,
  TableData,
  View,
  ViewContext,
} from "./kinds/view.ts";
export { type ExposedParam, exposedParams } from "./plan/exposed-params.ts";
export type { AnyPlan, AnyPlanNode, Plan, PlanLink, PlanNode } from "./plan/plan.ts";
export type { NodeTypeStamp, PlanData } from "./plan/plan-data.ts";
export { bindPlan, stampTypes, writePlan } from "./plan/plan-data.ts";
export type { KindFinder } from "./plan/plan-kinds.ts";
export { planKinds } from "./plan/plan-kinds.ts";
export { planNodes } from "./plan/plan-nodes.ts";
export { applySettings, collectFiles, collectFolders, usedPacks } from "./plan/settings.ts";
export { describeDefinition } from "./plan/signature.ts";
export type { ValidateOptions, Validation } from "./plan/validate.ts";
export { validate } from "./plan/validate.ts";
export type { ChromeTrace, TraceEvent } from "./profile/chrome-trace.ts";
export { chromeTrace } from "./profile/chrome-trace.ts";
export type { Lane } from "./profile/lanes.ts";
export { lanesOf } from "./profile/lanes.ts";
export type { ItemSpan, Memory, Profile } from "./profile/profile.ts";
export { ProfileReader } from "./profile/profile.ts";
export type { StageTime, StageTimes } from "./profile/stage-times.ts";
export { stageTimes } from "./profile/stage-times.ts";
export type { ModelRun, WorkEvent } from "./profile/work.ts";
export { endOfWork } from "./profile/work.ts";
export type { GivenOutput, OutputRef, PreviewEvent, RunEvent, RunEventBody, TracedEntry } from "./run/event.ts";
export { Heap } from "./run/heap.ts";
export type { ItemState, ItemView, NodeView } from "./run/node-view.ts";
export { nodeProgress, nodeState } from "./run/node-view.ts";
export { PersistentList } from "./run/persistent-list.ts";
export { PersistentMap } from "./run/persistent-map.ts";
export { run } from "./run/run.ts";
export type { Failure, ItemToClaim, RunOptions, RunResult } from "./run/run-options.ts";
export type { EndState, RunEnd, RunState } from "./run/run-state.ts";
export { endOf, isLive, isRunEnd } from "./run/run-state.ts";
export type { RunView } from "./run/run-view.ts";
export { emptyRun, reduce, runProgress } from "./run/run-view.ts";
export type { Timer } from "./run/time-limit.ts";
export { exposeAs, freeName } from "./subgraph/expose-inside.ts";
export { flatWorkflow } from "./subgraph/flat-workflow.ts";
export { packNodes } from "./subgraph/pack.ts";
export { subgraphFile, takeDefinition } from "./subgraph/take-definition.ts";
export { definitionIn, unpackInstance, withoutUnused } from "./subgraph/unpack.ts";
export type { Cache } from "./values/cache.ts";
export type { Claim, Claims, ClaimWait } from "./values/claims.ts";
export { decodeValue, encodeValue } from "./values/encode.ts";
export type { ValueRef } from "./values/entry.ts";
export { readValue, valueReader } from "./values/entry.ts";
export { memoryCache } from "./values/memory-cache.ts";
export { memoryClaims, overWithin } from "./values/memory-claims.ts";
export { Recent } from "./values/recent.ts";
export { utf8 } from "./values/utf8.ts";
export type { Value } from "./values/value.ts";
