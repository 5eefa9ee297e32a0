import { hash } from "node:crypto";
import { type Catalogue, catalogueJson, endOf, isLive, kindsJson, validate, type WorkflowJson } from "@clipwork/engine";
import type {
  AccessReply,
  Called,
  CompareReply,
  ForecastReply,
  LoggedEvent,
  QueueHead,
  QueueReply,
  RunDetail,
  RunOutput,
  RunSummary,
  SubmitRun,
  TemplateJson,
} from "@clipwork/server/wire";
import { environmentFor } from "../document/environment.ts";
import type { Api } from "../server/api.ts";
import { ServerError } from "../server/server-error.ts";
import { painting, testCatalogue, testPacks } from "./catalogue.ts";
import { FakeModels } from "./fake-models.ts";
import { FakeNetwork } from "./fake-network.ts";
import { FakeWorkflows } from "./fake-workflows.ts";
import { problem, readable, refuse } from "./refuse.ts";

/** An event without what the log adds. */
export type Body<E = LoggedEvent> = E extends LoggedEvent ? Omit<E, "seq" | "run" | "time"> : never;

type FakeRun = { detail: RunDetail; readonly events: LoggedEvent[]; readonly passing?: string };

/**
 * A server in memory. It checks documents with the engine and keeps workflows, runs and their logs as the real one does; what
 * a run does is up to the test. `test/server/editor-client.test.ts` holds it and the real server to one contract.
 */
export class FakeServer {
  readonly network = new FakeNetwork();
  readonly models = new FakeModels(refuse);
  readonly workflows = new FakeWorkflows({
    tick: () => ++this.#time,
    changed: (change) => this.network.sendToAll("saved", [change]),
  });
  /** The calls that were made, by name. */
  readonly asked: string[] = [];
  /** Whether it asks for a token. */
  token = false;
  /** What a page's token may do. */
  may: AccessReply["may"] = ["view", "run", "edit", "administer"];
  templates: TemplateJson[] = [
    {
      id: "other",
      title: "Other",
      group: "Priors",
      summary: "Another. Of two sentences.",
      document: { ...painting, meta: { title: "Other" } },
    },
    {
      id: "text-to-image",
      title: "Text to image",
      group: "Caption to picture",
      summary: "The first.",
      document: painting,
    },
  ];
  /** How its command line is called. */
  called: Called = { command: "npm start --", workflows: "workflows" };
  /** Its node types. */
  catalogue: Catalogue = testCatalogue;
  /** Nodes whose values are kept, as a forecast has it. */
  kept: readonly string[] = [];
  /** What two items were made from, compared. */
  compared: CompareReply = {};
  /** What the artifacts hold that are JSON. */
  readonly artifacts = new Map<string, unknown>();
  paused = false;
  /** Whether summaries of changed runs are sent only when asked: events come at once, these later. */
  lagging = false;
  /** What forecasts say of each type of node. */
  durations: ForecastReply["kinds"] = {};
  readonly api: Api;
  /** The runs that wait, next first. */
  #waiting: string[] = [];
  readonly #runs = new Map<string, FakeRun>();
  readonly #changed = new Set<string>();
  readonly #refusals = new Map<string, Error>();
  readonly #lost = new Map<string, Error>();
  #time = 1_000;

  constructor() {
    this.network.server = {
      queue: () => this.#list(),
      events: (run, after) => {
        const known = this.#runs.get(run);
        if (!known) return problem(404, "There is no such run.").body;
        return { events: known.events.filter(({ seq }) => seq > after), seq: known.events.length };
      },
    };
    this.api = this.#logged({
      nodes: async () => ({ nodes: catalogueJson(this.catalogue), kinds: kindsJson(this.catalogue) }),
      packs: async () => ({ packs: testPacks }),
      version: async () => ({ version: "1.0.0", versions: { clipwork: "1.0.0" }, called: this.called }),
      access: async () => ({
        name: "owner",
        scope: this.may.at(-1)!,
        token: this.token,
        may: this.may,
        limits: {},
      }),
      templates: async () => ({ templates: this.templates }),
      artifact: async (hash) => this.artifacts.get(hash) ?? refuse(404, "There is no such artifact."),
      ...this.workflows.api,
      runs: async ({ before, limit = 30, workflow, state } = {}) => {
        const all = this.#list().filter(
          (run) =>
            (before === undefined || run.created < Number(before)) &&
            (state === undefined || !isLive(run.state)) &&
            (workflow === undefined || run.workflow === workflow),
        );
        const items = all.slice(0, limit);
        return all.length > limit ? { items, next: String(items.at(-1)!.created) } : { items };
      },
      run: async (id) => this.#find(id).detail,
      compare: async () => this.compared,
      events: async (id, after) => {
        const { events } = this.#find(id);
        return { events: events.filter(({ seq }) => seq > after), seq: events.length };
      },
      submit: async (asked) => {
        const document = this.#check(asked);
        const id = this.#newId();
        const detail: RunDetail = {
          id,
          state: "queued",
          title: document.meta?.title ?? "",
          priority: asked.priority ?? "normal",
          ...(asked.workflow === undefined ? {} : { workflow: asked.workflow }),
          created: this.#time,
          outputs: [],
          document,
          set: asked.set ?? {},
          ...(asked.targets ? { targets: asked.targets } : {}),
          warnings: [],
          seq: 0,
        };
        const { passing } = asked;
        for (const [other, run] of this.#runs)
          if (run.passing !== undefined && (passing === undefined || run.passing === passing)) this.#cancel(other);
        this.#runs.set(id, { detail, events: [], ...(passing === undefined ? {} : { passing }) });
        if (passing === undefined) this.#waiting.push(id);
        this.log(id, { event: "run.queued" });
        return this.#find(id).detail;
      },
      forecast: async (asked) => ({
        nodes: Object.entries(this.#check(asked).nodes)
          .filter(([, { type }]) => this.catalogue.get(type)?.run)
          .map(([node, { type }]) => {
            return this.kept.includes(node)
              ? { node, state: "cached" as const }
              : { node, state: "would run" as const, kind: type, items: 1 };
          }),
        kinds: this.durations,
        ms: 1_400,
      }),
      cancel: async (id) => {
        const { state } = this.#find(id).detail;
        if (!isLive(state)) refuse(409, `The run has ${state} already.`);
        return this.#cancel(id);
      },
      retryRun: async (id) => {
        const { document, set, targets } = this.#find(id).detail;
        return this.api.submit({ document, set, ...(targets ? { targets } : {}) });
      },
      moveRun: async (id, position) => {
        const { detail } = this.#find(id);
        const at = this.#waiting.indexOf(id);
        if (at < 0) refuse(409, "The run does not wait.");
        this.#waiting = this.#waiting.toSpliced(at, 1).toSpliced(position, 0, id);
        return detail;
      },
      prioritizeRun: async (id, priority) => {
        const known = this.#find(id);
        if (!this.#waiting.includes(id)) refuse(409, "The run does not wait.");
        known.detail = { ...known.detail, priority };
        const ranks = ["high", "normal", "low"];
        const rank = (run: string) => ranks.indexOf(this.#find(run).detail.priority);
        this.#waiting = [...this.#waiting.filter((run) => run !== id), id].sort((a, b) => rank(a) - rank(b));
        return known.detail;
      },
      removeRun: async (id) => {
        this.#find(id);
        this.remove(id);
      },
      removeEnded: async () => {
        const ended = this.#list().filter(({ state }) => !isLive(state));
        for (const { id } of ended) this.remove(id);
        return { count: ended.length };
      },
      queue: async (limit) => this.#queue(limit),
      pauseQueue: async (paused) => {
        this.paused = paused;
        this.network.sendToAll("waiting", this.#head());
        return this.#queue(100);
      },
      cancelWaiting: async () => {
        const all = [...this.#waiting];
        for (const id of all) this.#cancel(id);
        return { count: all.length };
      },
      upload: async (blob) => {
        const bytes = new Uint8Array(await blob.arrayBuffer());
        if (bytes[0] !== 0x89) refuse(415, "This is no picture.");
        const asset = hash("sha256", bytes, "hex");
        const carried = /\{.*\}/s.exec(new TextDecoder().decode(bytes))?.[0];
        const { stages, ...document } = JSON.parse(carried ?? "{}");
        const run = carried === undefined ? {} : { document: document as WorkflowJson, ...(stages && { stages }) };
        return { asset, width: 1, height: 1, thumbnail: asset, ...run };
      },
      ...this.models.api,
    });
  }

  /** Lets the next call of that name fail. */
  refuseNext(name: keyof Api, error: Error = new ServerError(problem(503, "The server is busy.").body)): void {
    this.#refusals.set(name, error);
  }

  /** Does what the next call of that name asks, and lets its reply be lost. */
  loseNextReply(name: keyof Api, error: Error): void {
    this.#lost.set(name, error);
  }

  /** Adds an event to a run's log and sends it to whoever follows, unless it is `lost` on the way. */
  log(run: string, body: Body, { lost = false } = {}): LoggedEvent {
    const known = this.#find(run);
    const event = { seq: known.events.length + 1, run, time: ++this.#time, ...body } as LoggedEvent;
    known.events.push(event);
    known.detail = { ...known.detail, ...changeOf(event), seq: event.seq };
    if (!lost) this.network.sendEvent(event);
    if (known.detail.state !== "queued") this.#waiting = this.#waiting.filter((id) => id !== run);
    if (known.passing === undefined) this.#changed.add(run);
    if (!this.lagging) this.tellChanges();
    this.network.sendToAll("waiting", this.#head());
    return event;
  }

  /** Sends the summary of each run that has changed, as the real server does a few times a second. */
  tellChanges(): void {
    for (const run of this.#changed) this.network.sendToAll("run", summaryOf(this.#find(run).detail));
    this.#changed.clear();
  }

  /** Lets a run go through to its end, every node of its document in turn. */
  play(run: string): void {
    const nodes = Object.keys(this.#find(run).detail.document.nodes);
    this.log(run, { event: "run.started", nodes: nodes.length });
    for (const node of nodes) {
      this.log(run, { event: "node.started", node, item: 0 });
      this.log(run, { event: "node.finished", node, item: 0, ms: 120 });
    }
    this.log(run, { event: "run.finished", executed: nodes.length, cached: 0, outputs: [], ms: 360 });
  }

  /** Ends a run with an output, a moment after its document was kept. */
  finishWith(run: string, output: RunOutput): void {
    this.log(run, { event: "run.output", output });
    this.log(run, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 360 });
    const known = this.#find(run);
    known.detail = { ...known.detail, outputs: [output] };
  }

  /** Deletes a run. */
  remove(run: string): void {
    this.#changed.delete(run);
    this.#runs.delete(run);
    this.#waiting = this.#waiting.filter((id) => id !== run);
    this.network.sendToAll("gone", run);
  }

  #newId(): string {
    return `${(++this.#time).toString().padStart(8, "0")}-0000-4000-8000-000000000000`;
  }

  #find(id: string): FakeRun {
    return this.#runs.get(id) ?? refuse(404, "There is no such run.");
  }

  #cancel(id: string): RunDetail {
    const { detail } = this.#find(id);
    if (isLive(detail.state)) this.log(id, { event: "run.cancelled", executed: 0, cached: 0, outputs: [], ms: 5 });
    return this.#find(id).detail;
  }

  #head(): QueueHead {
    return { paused: this.paused, waiting: this.#waiting.length };
  }

  #queue(limit: number): QueueReply {
    const next = this.#waiting
      .slice(0, limit)
      .map((id, position) => ({ ...summaryOf(this.#find(id).detail), position }));
    return { ...this.#head(), running: this.#list().filter(({ state }) => state === "running"), next };
  }

  #list(): RunSummary[] {
    const listed = [...this.#runs.values()].filter(({ passing }) => passing === undefined);
    return listed.map(({ detail }) => summaryOf(detail)).sort((a, b) => b.created - a.created);
  }

  /** The document of a run that may begin. */
  #check({ document: json, targets }: SubmitRun): WorkflowJson {
    const document = readable(json);
    const known = environmentFor(document, { catalogue: this.catalogue, packs: testPacks });
    const { plan, problems } = validate(document, known, targets ? { targets } : {});
    if (!plan) refuse(422, "The workflow cannot run.", problems);
    return document.json;
  }

  #logged(api: Api): Api {
    const entries = Object.entries(api).map(([name, call]: [string, (...args: never[]) => Promise<unknown>]) => [
      name,
      async (...args: never[]) => {
        this.asked.push(name);
        const refusal = this.#refusals.get(name);
        this.#refusals.delete(name);
        if (refusal) throw refusal;
        const reply = await call(...args);
        const lost = this.#lost.get(name);
        this.#lost.delete(name);
        if (lost) throw lost;
        return reply;
      },
    ]);
    return Object.fromEntries(entries) as Api;
  }
}

/** What an event changes in the summary of its run. */
function changeOf(event: LoggedEvent): Partial<RunDetail> {
  if (event.event === "run.started") return { state: "running", started: event.time };
  const state = endOf(event);
  return state ? { state, ended: event.time } : {};
}

function summaryOf({ document: _, set: __, warnings: ___, seq: ____, ...summary }: RunDetail): RunSummary {
  return summary;
}
