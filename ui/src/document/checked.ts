import { type ReadResult, readDocument, type Validation, validate, type WorkflowJson } from "@clipwork/engine";
import { environmentFor, type Known } from "./environment.ts";

/** What the engine finds in a document. */
export type Checked = Pick<Validation, "problems" | "types">;

let lastRead: { readonly of: unknown; readonly read: ReadResult } | undefined;
let lastCheck: { readonly of: readonly unknown[]; readonly found: Checked } | undefined;

/**
 * Reads a workflow as the engine does. The one that was read last is not read again: a file that was opened is asked for by whatever checks
 * and draws it.
 */
export function readOnce(workflow: unknown): ReadResult {
  if (!lastRead || lastRead.of !== workflow) lastRead = { of: workflow, read: readDocument(workflow) };
  return lastRead.read;
}

/** What is wrong with a workflow, and the types of its outputs. What was checked last is not checked again unless something that is computed has changed. */
export function checkOnce(workflow: WorkflowJson, known: Known): Checked {
  const of = [workflow.nodes, workflow.exposed, workflow.definitions, known.catalogue, known.packs];
  if (!lastCheck || of.some((part, i) => part !== lastCheck?.of[i])) lastCheck = { of, found: check(workflow, known) };
  return lastCheck.found;
}

function check(workflow: WorkflowJson, known: Known): Checked {
  const { document, problems } = readOnce(workflow);
  return document ? validate(document, environmentFor(document, known)) : { problems, types: () => new Map() };
}
