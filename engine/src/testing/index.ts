import { hash } from "node:crypto";
import { createCatalogue } from "../catalogue/catalogue.ts";
import type { Environment } from "../catalogue/environment.ts";
import type { NodeDefinition } from "../catalogue/node.ts";
import { readDocument } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import type { Plan } from "../plan/plan.ts";
import { type ValidateOptions, type Validation, validate } from "../plan/validate.ts";
import type { PreviewEvent, RunEvent } from "../run/event.ts";
import { run } from "../run/run.ts";
import type { RunOptions, RunResult } from "../run/run-options.ts";
import type { Cache } from "../values/cache.ts";
import { readValue } from "../values/entry.ts";
import { memoryCache } from "../values/memory-cache.ts";

export { cacheContract } from "../values/cache.contract.ts";
export { claimsContract } from "../values/claims.contract.ts";
export { readCsv } from "./read-csv.ts";
export { t } from "./test-kinds.ts";
export { type TestServices, testNodes } from "./test-nodes.ts";

/** SHA-256, as a host passes it in. */
export const sha256 = (text: string): string => hash("sha256", text, "hex");

/** An environment of the given node types, without packs and files unless given. */
export function testEnvironment<S>(
  definitions: readonly NodeDefinition<S>[],
  more: Partial<Environment<S>> = {},
): Environment<S> {
  return { catalogue: createCatalogue(definitions), packs: {}, files: {}, numerics: "test", hash: sha256, ...more };
}

/** Something that happens when the test says so. */
export type Gate = { readonly opened: Promise<void>; open(): void };

export function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** A node of a test's workflow: `node("math.add", { b: 2 }, { a: "one.value" })`. */
export function node(type: string, params: object = {}, inputs: object = {}, more: object = {}) {
  return { type, version: 1, params, inputs, ...more };
}

/** A workflow of the given nodes. */
export function workflow(nodes: object, more: object = {}) {
  return { format: "clipwork/1", nodes, ...more };
}

/** Reads a workflow and validates it. */
export function validateJson<S>(
  json: unknown,
  environment: Environment<S>,
  options: ValidateOptions = {},
): Validation<S> {
  const { document, problems } = readDocument(json);
  return document ? validate(document, environment, options) : { problems, types: () => new Map() };
}

/** The plan of a workflow that the test expects to be valid. Throws with the problems if it is not. */
export function planOf<S>(workflow: unknown, environment: Environment<S>, targets?: readonly string[]): Plan<S> {
  const { plan, problems } = validateJson(workflow, environment, targets ? { targets } : {});
  if (!plan) throw new Error(`No plan:\n${listProblems(problems)}`);
  return plan;
}

export const listProblems = (problems: readonly Problem[]): string =>
  problems.map(({ code, message, remedy }) => `${code}: ${message} ${remedy}`).join("\n");

export type Recorded = RunResult & {
  readonly events: readonly RunEvent[];
  readonly previews: readonly PreviewEvent[];
  /** Values by "node.port", items in order. */
  readonly values: { readonly [output: string]: readonly unknown[] };
  readonly cache: Cache;
};

/** Runs a plan with a cache and a clock of its own and records what happens. */
export async function record<S>(plan: Plan<S>, options: Partial<RunOptions<S>> = {}): Promise<Recorded> {
  const events: RunEvent[] = [];
  const previews: PreviewEvent[] = [];
  const cache = options.cache ?? memoryCache();
  const result = await run(plan, {
    runId: "test",
    clock: () => 0,
    preview: (event) => previews.push(event),
    services: {} as S,
    ...options,
    cache,
    emit: (event) => {
      events.push(event);
      options.emit?.(event);
    },
  });
  const values: { [output: string]: unknown[] } = {};
  for (const { node, port, item, value } of result.outputs) {
    values[`${node}.${port}`] ??= [];
    values[`${node}.${port}`]![item] = await readValue(cache, value);
  }
  return { ...result, events, previews, values, cache };
}

/** `record` for plans of `testNodes`, with what their nodes called, in order. */
export async function recordCalls<S>(
  plan: Plan<S>,
  options: Partial<RunOptions<S>> = {},
): Promise<Recorded & { readonly calls: readonly string[] }> {
  const calls: string[] = [];
  const services = { call: (label: string) => void calls.push(label) } as S;
  return { ...(await record(plan, { ...options, services })), calls };
}
