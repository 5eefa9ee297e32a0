import { type NodeJson, type NodeView, nodeState, type RunState, type WorkflowJson } from "@clipwork/engine";
import { parseRun, readPngRun, recordEnding } from "../documents/carried-run.ts";
import { type RunRecord, readRecord } from "../outputs/run-record.ts";
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
  readonly id: string;
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
  /** Of the first output that has one. */
  readonly record: RunRecord | undefined;
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
export function makeReport({ run, log, outputs, carried, titleOf, reasons, workflow: plain }: ReportParts): Report {
  const { view } = log;
  const [first] = carried;
  const workflow = first?.workflow ?? plain;
  const parameters = Object.assign({}, ...carried.map(({ record }) => record.parameters)) as RunRecord["parameters"];
  const { started, ms, state, executed, cached } = view;
  const nodes = Object.entries(workflow.nodes).map(([id, node]): ReportNode => {
    const seen = view.nodes.get(id);
    const writes = seen === undefined && outputs.some((output) => output.node === id);
    return {
      id,
      title: titleOf(node.type) ?? node.type,
      state: writes ? "written" : wordsOf(seen, node),
      why: writes
        ? "It writes what it is given, and computes nothing."
        : whyOf(seen, node, (other) => titleOf(workflow.nodes[other]?.type ?? "") ?? other, reasons?.get(id)),
      ...timesOf(seen, started),
      items: seen?.items.size ?? 0,
      fingerprints: log.keysOf(id),
      parameters: Object.entries((Object.hasOwn(parameters, id) ? parameters[id] : undefined) ?? node.params ?? {}),
      said: [...(seen?.notices ?? [])],
    };
  });
  return {
    title: workflow.meta?.title?.trim() || "Untitled",
    description: typeof workflow.meta?.description === "string" ? workflow.meta.description : undefined,
    run,
    state,
    started,
    ms,
    executed,
    cached,
    settings: settingsOf(workflow, parameters),
    outputs,
    nodes,
    notices: [...view.notices],
    record: first?.record,
    workflow,
  };
}

function wordsOf(seen: NodeView | undefined, { mode }: NodeJson): string {
  const state = nodeState(seen);
  if (state === undefined) return mode === "mute" ? "muted" : mode === "bypass" ? "bypassed" : "not needed";
  return state === "finished" ? "computed" : state === "cached" ? "kept" : state === "running" ? "stopped" : state;
}

function whyOf(
  seen: NodeView | undefined,
  { mode }: NodeJson,
  titled: (node: string) => string,
  reasons: readonly string[] = [],
): string {
  const state = nodeState(seen);
  const known = reasons.length > 0 ? ` ${sentence(reasons.join("; "))}` : "";
  if (seen?.failure) return `It failed: ${seen.failure.message} ${seen.failure.remedy ?? ""}`.trim();
  if (seen?.because !== undefined) return `Skipped, since ${titled(seen.because)} failed.`;
  if (state === undefined)
    return mode ? "It takes no part." : "Nothing that had to be computed needed it, or it computes nothing.";
  if (state === "cached") return "Its values were kept under the same fingerprints.";
  if (state === "finished") return `No value was kept under its fingerprint.${known}`;
  return "The run came to its end before it.";
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function timesOf(seen: NodeView | undefined, started: number | undefined): Pick<ReportNode, "begun" | "took"> {
  if (seen?.started === undefined || seen.changed === undefined || started === undefined || !seen.ran) return {};
  return { begun: seen.started - started, took: seen.changed - seen.started };
}

function settingsOf(workflow: WorkflowJson, parameters: RunRecord["parameters"]): (readonly [string, unknown])[] {
  return Object.entries(workflow.exposed ?? {}).flatMap(([name, addresses]): (readonly [string, unknown])[] => {
    const [node = "", port = ""] = String([addresses].flat()[0]).split(".");
    const own = Object.hasOwn(workflow.nodes, node) ? workflow.nodes[node]?.params : undefined;
    const all = (Object.hasOwn(parameters, node) ? parameters[node] : undefined) ?? own ?? {};
    return Object.hasOwn(all, port) ? [[name, all[port]]] : [];
  });
}
