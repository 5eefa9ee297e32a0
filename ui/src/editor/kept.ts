import { flatWorkflow, isLive, readDocument, type WorkflowJson } from "@clipwork/engine";
import type { RunSummary } from "@clipwork/server/wire";
import { Recipes, type RecipesOf } from "../document/recipes.ts";
import { heard, type NodeShow, newRun, type ShownRun } from "../runs/run-view.ts";
import type { Api } from "../server/api.ts";
import type { Offer } from "./offer.ts";
import type { Runs } from "./runs.ts";
import { createStore, type Readable } from "./store.ts";
import { type OpenWorkflow, titleOf } from "./workflow.ts";

/** What a node made in a run, the run as it was then, and its workflow once that is known. */
export type Made = {
  readonly run: string;
  readonly node: string;
  readonly show: NodeShow;
  readonly view: ShownRun;
  readonly document: WorkflowJson | undefined;
};

/** What a card shows. `standing`: made in the shown run, kept from another with the same parameters, or made with others. */
export type CardShow = Made & { readonly standing: "made" | "kept" | "earlier" };

export type KeptState = {
  /** What there is to see of a node of the document in front, by its id in the graph that runs. */
  at(id: string): CardShow | undefined;
  /** A run that is or was shown, or made what a card shows, with the workflow that it was made from once that is known. */
  runOf(run: string): PastRun | undefined;
};

export type PastRun = { readonly view: ShownRun; readonly document: WorkflowJson | undefined };

/**
 * What the nodes of the document have made, in whatever run: values whose recipe is that of the node now, else the newest ones, made with
 * other parameters.
 */
export type Kept = Readable<KeptState> & {
  /** From now on, looks for kept values of each document that is opened among the server's runs. */
  watch(): void;
};

/** Recipes and runs that are remembered, and runs of a document that are looked through when it is opened. */
const most = { recipes: 5_000, runs: 24, readBack: 3 } as const;
/** Events of a run that is read back: one of more is left alone. */
const mostEvents = 20_000;

type Known = { readonly view?: ShownRun; readonly document?: WorkflowJson; readonly recipes?: RecipesOf };

type Needs = {
  readonly api: Pick<Api, "run" | "runs" | "events">;
  readonly workflow: OpenWorkflow;
  readonly runs: Runs;
  readonly offer: Offer;
};

export function createKept({ api, workflow, runs, offer }: Needs): Kept {
  const recipes = new Recipes();
  const known = new Map<string, Known>();
  /** By recipe, and by document and node. */
  const byRecipe = new MadeBy<number>();
  const newest = new MadeBy<string>();
  let cards = new Map<string, CardShow | undefined>();
  let now: RecipesOf = new Map();
  let seen: readonly unknown[] = [];
  let shown: ShownRun | undefined;
  /** The shown run if it is one in passing. */
  let passing: string | undefined;
  let opened = -1;
  let watching = false;
  const { get, set, listen } = createStore<KeptState>({ at: () => undefined, runOf: () => undefined });

  function know(run: string, more: Known): void {
    const whole = { ...known.get(run), ...more };
    known.delete(run);
    known.set(run, whole);
    for (const oldest of known.keys()) {
      if (known.size <= most.runs) return;
      known.delete(oldest);
    }
  }

  function knowDocument(run: string, document: WorkflowJson): void {
    const flat = flattened(document);
    know(run, { document: flat, recipes: recipes.of(flat, offer.get().catalogue) });
  }

  /** Takes what a run made; `whose`: the document whose nodes it is the newest of. */
  function remember(view: ShownRun, whose: string | undefined): void {
    know(view.run, { view });
    const { document, recipes: made } = known.get(view.run)!;
    for (const [node, show] of view.shows) {
      if (show.values.size + show.outputs.size === 0) continue;
      const one: Made = { run: view.run, node, show, view, document };
      const recipe = made?.get(node);
      if (recipe !== undefined) byRecipe.set(recipe, one);
      if (whose !== undefined) newest.set(`${whose} ${node}`, one);
    }
  }

  function look(id: string): CardShow | undefined {
    const recipe = now.get(id);
    const own = shown?.shows.get(id);
    const run = shown && known.get(shown.run);
    const fits = !run?.recipes || recipe === undefined || run.recipes.get(id) === recipe;
    const made = own && shown && { run: shown.run, node: id, show: own, view: shown, document: run?.document };
    if (made && fits) return { ...made, standing: "made" };
    const exact = recipe === undefined ? undefined : byRecipe.get(recipe);
    if (exact) return { ...exact, standing: "kept" };
    const older = made ?? newest.get(`${workflow.get().id} ${id}`);
    return older && { ...older, standing: "earlier" };
  }

  /** A new state, in which a card that is as it was is the same object. */
  function renew(): void {
    const before = cards;
    cards = new Map();
    const found = cards;
    set({
      at(id) {
        if (found.has(id)) return found.get(id);
        const [last, next] = [before.get(id), look(id)];
        const same = last && next && isSame(last, next);
        found.set(id, same ? last : next);
        return found.get(id);
      },
      runOf(run) {
        const past = known.get(run);
        const view = shown?.run === run ? shown : past?.view;
        if (view) return { view, document: past?.document };
        const made = byRecipe.of(run) ?? newest.of(run);
        return made && { view: made.view, document: made.document };
      },
    });
  }

  async function ask(run: string): Promise<void> {
    // Without it nothing is known to fit or not, and the run is shown as it is.
    const wasPassing = run === passing;
    const detail = await api.run(run).catch(() => undefined);
    // One in passing that another took the place of is not looked at any more.
    if (!detail || (wasPassing && shown?.run !== run)) return;
    knowDocument(run, detail.document);
    if (shown?.run === run && !isLive(shown.state)) remember(shown, workflow.get().id);
    renew();
  }

  function notice(): void {
    const { nodes, definitions } = workflow.whole();
    const { catalogue } = offer.get();
    const run = runs.get().shown;
    const fresh = [nodes, catalogue, run, workflow.get().id, definitions];
    if (fresh.every((part, i) => part === seen[i])) return;
    if (seen[1] !== catalogue) for (const [id, { document }] of [...known]) if (document) knowDocument(id, document);
    if (seen[0] !== nodes || seen[1] !== catalogue || seen[4] !== definitions)
      now = recipes.of(flattened(workflow.whole()), catalogue);
    const whose = String(seen[3] ?? "");
    seen = fresh;
    const before = shown;
    const passed = passing;
    shown = run;
    passing = runs.get().passing;
    if (before && before.run !== run?.run) {
      remember(before, whose);
      // There may be hundreds of them: what they made stays on the cards, and they take no other's place.
      if (before.run === passed) known.delete(before.run);
    } else if (run && before && isLive(before.state) && !isLive(run.state)) remember(run, workflow.get().id);
    if (run && run.run !== before?.run && !known.get(run.run)?.document) void ask(run.run);
    renew();
    if (watching && workflow.get().opened !== opened) void find();
  }

  /** Looks through the newest runs of the document, else through those of its title. */
  async function find(): Promise<void> {
    const { id, opened: asked, saved } = workflow.get();
    opened = asked;
    const title = titleOf(workflow.present());
    const of = (query: { readonly workflow?: string; readonly limit: number }) =>
      api.runs(query).then(
        ({ items }) => items,
        () => [],
      );
    const own = saved ? await of({ workflow: id, limit: 10 }) : [];
    const named = (await of({ limit: 50 })).filter((run) => run.title === title);
    const candidates = [...own, ...named.filter((run) => !own.some((other) => other.id === run.id))];
    const ended = candidates.filter((run) => !isLive(run.state) && !known.get(run.id)?.view).slice(0, most.readBack);
    // The newest is remembered last, so that it is what stays.
    for (const run of ended.toReversed()) {
      const whole = await readBack(api, run);
      if (!whole) continue;
      knowDocument(run.id, whole.document);
      remember(whole.run, own.includes(run) ? id : undefined);
    }
    if (ended.length > 0) renew();
  }

  for (const store of [workflow, runs, offer]) store.listen(notice);
  notice();
  return {
    get,
    listen,
    watch() {
      watching = true;
      void find();
    },
  };
}

/** The graph of a document that runs: recipes are those of its nodes. */
function flattened(workflow: WorkflowJson): WorkflowJson {
  if (!workflow.definitions) return workflow;
  const { document } = readDocument(workflow);
  return document ? flatWorkflow(document) : workflow;
}

/** A run that has ended, from its log, with its workflow; undefined if it is gone, or very large. */
async function readBack(
  api: Pick<Api, "run" | "events">,
  { id }: RunSummary,
): Promise<{ readonly run: ShownRun; readonly document: WorkflowJson } | undefined> {
  try {
    const { document, seq } = await api.run(id);
    if (seq > mostEvents) return undefined;
    let run = newRun(id);
    for (let read = -1; run.seq < seq && run.seq > read; ) {
      read = run.seq;
      const { events } = await api.events(id, read);
      run = events.reduce(heard, run);
    }
    return { run, document };
  } catch {
    // It was deleted meanwhile, or the server is away: there is nothing to show then.
    return undefined;
  }
}

function isSame(a: CardShow, b: CardShow): boolean {
  return a.standing === b.standing && a.show === b.show && a.document === b.document && a.run === b.run;
}

/** What was made last, by a key. A run is found by what it made and nothing else has taken the place of. */
class MadeBy<K> {
  /** Maps have the order in which their keys were set. */
  readonly #made = new Map<K, Made>();
  readonly #runs = new Map<string, Set<K>>();

  get(key: K): Made | undefined {
    return this.#made.get(key);
  }

  of(run: string): Made | undefined {
    for (const key of this.#runs.get(run) ?? []) return this.#made.get(key);
    return undefined;
  }

  set(key: K, made: Made): void {
    this.#delete(key);
    this.#made.set(key, made);
    const { run } = made;
    this.#runs.set(run, (this.#runs.get(run) ?? new Set()).add(key));
    for (const oldest of this.#made.keys()) {
      if (this.#made.size <= most.recipes) return;
      this.#delete(oldest);
    }
  }

  #delete(key: K): void {
    const { run } = this.#made.get(key) ?? {};
    if (run === undefined) return;
    this.#made.delete(key);
    const keys = this.#runs.get(run)!;
    keys.delete(key);
    if (keys.size === 0) this.#runs.delete(run);
  }
}
