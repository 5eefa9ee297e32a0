import {
  type Document,
  type DocumentNode,
  type NodeView,
  nodeState,
  type RunState,
  readDocument,
  standsBetween,
  type WorkflowJson,
} from "@clipwork/engine";
import { parseRun, readPngRun, recordEnding } from "../documents/carried-run.ts";
import { type RecordedValue, type RunRecord, readRecord } from "../outputs/run-record.ts";
import type { ReportPicture } from "./report-pictures.ts";
import type { RunLog } from "./run-log.ts";

/** An output as a report shows it. */
export type ReportOutput = {
  readonly node: string;
  readonly item: number;
  readonly name: string;
  readonly files: readonly { readonly ending: string; readonly bytes: number | undefined }[];
  readonly picture?: ReportPicture | undefined;
};

/** What a node did, in words. */
export type ReportNode = {
  /** Inside subgraphs the path to it, such as "outer/inner". */
  readonly id: string;
  /** Along its path, as "Outer › Inner". */
  readonly title: string;
  readonly state: string;
  /** Why it ran, or why it did not. */
  readonly why: string;
  /** Milliseconds from the run's beginning to that of its first item, and from there to the end of its last one. */
  readonly begun?: number;
  readonly took?: number;
  readonly items: number;
  readonly fingerprints: readonly string[];
  readonly parameters: readonly (readonly [name: string, value: unknown])[];
  readonly said: readonly string[];
};

/** What the outputs of a run were made with, all of them together. */
export type MadeWith = Pick<RunRecord, "versions" | "numerics" | "stages" | "nodePacks" | "values">;

/** Everything that stands in the report of a run. */
export type Report = {
  readonly title: string;
  readonly description: string | undefined;
  readonly run: string;
  readonly state: RunState;
  /** Milliseconds since 1970. */
  readonly started: number | undefined;
  readonly ms: number | undefined;
  readonly executed: number;
  readonly cached: number;
  readonly settings: readonly (readonly [name: string, value: unknown])[];
  readonly outputs: readonly ReportOutput[];
  readonly nodes: readonly ReportNode[];
  readonly notices: readonly string[];
  /** Undefined if no output has a record. */
  readonly madeWith: MadeWith | undefined;
  readonly workflow: WorkflowJson;
};

/** What a report is made of. */
export type ReportParts = {
  readonly run: string;
  readonly log: RunLog;
  /** As it was run, unless an output's record has it with its settings. */
  readonly workflow: WorkflowJson;
  readonly outputs: readonly ReportOutput[];
  /** What the files of outputs carry, as `carriedRecord` reads it. */
  readonly carried: readonly CarriedRecord[];
  /** The title of a node's type. */
  readonly titleOf: (type: string) => string | undefined;
  /** Whether it was asked to compute everything, whatever was kept. */
  readonly fresh: boolean;
  /** Why nodes would run, as it was explained before the run. */
  readonly reasons?: ReadonlyMap<string, readonly string[]>;
};

/** The record of a run with the workflow that it is of. */
export type CarriedRecord = { readonly record: RunRecord; readonly workflow: WorkflowJson };

/** The record that an output's files carry; undefined if they were made without. */
export function carriedRecord(file: {
  readonly ending: string;
  readonly bytes: Uint8Array;
}): CarriedRecord | undefined {
  const carried = file.ending === recordEnding ? parseRun(file.bytes) : readPngRun(file.bytes);
  return carried && { record: readRecord(carried), workflow: carried.workflow as WorkflowJson };
}

/** Puts together what a report says. */
export function makeReport(parts: ReportParts): Report {
  const { run, log, outputs, carried, titleOf, fresh, reasons, workflow: plain } = parts;
  const { view } = log;
  const workflow = carried[0]?.workflow ?? plain;
  const { document } = readDocument(workflow);
  const parameters = Object.assign({}, ...carried.map(({ record }) => record.parameters)) as RunRecord["parameters"];
  const { started, ms, state, executed, cached } = view;
  const named = namesIn(document, titleOf);
  const writers = new Set(outputs.map(({ node }) => node));
  // No workflow has the nodes between rounds, so they stand here only to say that one failed.
  const shown = [...(document?.nodes ?? [])].filter(
    ([id, { type }]) => !standsBetween(type) || view.nodes.get(id)?.failure,
  );
  const nodes = shown.map(([id, node]): ReportNode => {
    const seen = view.nodes.get(id);
    const writes = seen === undefined && writers.has(id);
    return {
      id,
      title: named(id),
      state: writes ? "written" : wordsOf(seen, node),
      why: writes
        ? "It writes what it is given, and computes nothing."
        : whyOf(seen, node, named, fresh ? againReason : keptReason(reasons?.get(id))),
      ...timesOf(seen, started),
      items: seen?.items.size ?? 0,
      fingerprints: log.keysOf(id),
      parameters: Object.entries(parametersOf(node, parameters)),
      said: [...(seen?.notices ?? [])],
    };
  });
  const { title, description } = workflow.meta ?? {};
  return {
    title: textOf(title)?.trim() || "Untitled",
    description: textOf(description),
    run,
    state,
    started,
    ms,
    executed,
    cached,
    settings: settingsOf(document, parameters),
    outputs,
    nodes,
    notices: [...view.notices],
    madeWith: mergeRecords(carried.map(({ record }) => record)),
    workflow,
  };
}

/** What a file says where text belongs; a file may say anything there. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Names nodes along their paths; one that stands between rounds is called as the round or the loop is that it stands behind. */
function namesIn(document: Document | undefined, titleOf: ReportParts["titleOf"]): (id: string) => string {
  return (id) => {
    const steps = id.split("/");
    const own = document?.nodes.get(id)?.type;
    const between = own !== undefined && standsBetween(own);
    const titles = steps.flatMap((step, depth) => {
      const path = steps.slice(0, depth + 1).join("/");
      const instance = document?.instances.get(path);
      if (between && !instance) return [];
      if (instance && document!.instances.get(steps.slice(0, depth).join("/"))?.loop) return [`round ${step}`];
      const type = document?.nodes.get(path)?.type;
      return [instance?.title ?? (type === undefined ? path : (titleOf(type) ?? type))];
    });
    return titles.join(" › ");
  };
}

function wordsOf(seen: NodeView | undefined, { mode }: DocumentNode): string {
  const state = nodeState(seen);
  if (state === undefined) return mode === "mute" ? "muted" : mode === "bypass" ? "bypassed" : "not needed";
  return state === "finished" ? "computed" : state === "cached" ? "kept" : state === "running" ? "stopped" : state;
}

function whyOf(
  seen: NodeView | undefined,
  { mode }: DocumentNode,
  named: (node: string) => string,
  computed: string,
): string {
  const state = nodeState(seen);
  if (seen?.failure) return `It failed: ${seen.failure.message} ${seen.failure.remedy ?? ""}`.trim();
  if (seen?.because !== undefined) return `Skipped, since ${named(seen.because)} failed.`;
  if (state === undefined)
    return mode === "run" ? "Nothing that had to be computed needed it, or it computes nothing." : "It takes no part.";
  if (state === "cached") return "Its values were kept under the same fingerprints.";
  if (state === "finished") return computed;
  return "The run came to its end before it.";
}

const againReason = "It was asked to compute everything again.";

function keptReason(reasons: readonly string[] = []): string {
  const known = reasons.length > 0 ? ` ${sentence(reasons.join("; "))}` : "";
  return `No value was kept under its fingerprint.${known}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function timesOf(seen: NodeView | undefined, started: number | undefined): Pick<ReportNode, "begun" | "took"> {
  if (seen?.started === undefined || seen.changed === undefined || started === undefined || !seen.ran) return {};
  return { begun: seen.started - started, took: seen.changed - seen.started };
}

/** As the outputs recorded them with their defaults, else as the workflow has them. */
function parametersOf({ id, params }: DocumentNode, recorded: RunRecord["parameters"]): { [name: string]: unknown } {
  return Object.hasOwn(recorded, id) ? recorded[id]! : params;
}

function settingsOf(
  document: Document | undefined,
  parameters: RunRecord["parameters"],
): (readonly [string, unknown])[] {
  return [...(document?.exposed ?? [])].flatMap(([name, [address]]): (readonly [string, unknown])[] => {
    const node = address && document!.nodes.get(address.node);
    const all = node ? parametersOf(node, parameters) : {};
    return address && Object.hasOwn(all, address.port) ? [[name, all[address.port]]] : [];
  });
}

/** An output's record has only what that output was made from. */
function mergeRecords(records: readonly RunRecord[]): MadeWith | undefined {
  if (records.length === 0) return undefined;
  const values = new Map<string, RecordedValue>();
  for (const record of records) for (const value of record.values) values.set(`${value[0]} ${value[1]}`, value);
  return {
    versions: Object.assign({}, ...records.map(({ versions }) => versions)),
    numerics: [...new Set(records.map(({ numerics }) => numerics))].join(", "),
    stages: Object.assign({}, ...records.map(({ stages }) => stages)),
    nodePacks: [...new Set(records.flatMap(({ nodePacks }) => nodePacks))],
    values: [...values.values()],
  };
}
