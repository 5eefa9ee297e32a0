import type { WorkflowJson } from "@clipwork/engine";
import type { RunSummary } from "@clipwork/server/wire";
import { setParam } from "../document/edit.ts";
import { assetName } from "../document/environment.ts";
import { exposedParams } from "../document/exposed.ts";
import { createFrames } from "../editor/frames.ts";
import { createMessages } from "../editor/messages.ts";
import { createNaming } from "../editor/naming.ts";
import { createOffer } from "../editor/offer.ts";
import type { Ports } from "../editor/ports.ts";
import { createProblems } from "../editor/problems.ts";
import { createQueue, type Queue } from "../editor/queue.ts";
import { createRuns } from "../editor/runs.ts";
import { createScreen } from "../editor/screen.ts";
import { createStore, type Readable } from "../editor/store.ts";
import { keepTab } from "../editor/tab.ts";
import { createThemes, type Themes } from "../editor/theme.ts";
import type { Page } from "../editor/use-editor.ts";
import { withSubgraphs } from "../editor/with-subgraphs.ts";
import { withinScope } from "../editor/within-scope.ts";
import { createOpenWorkflow, untouched } from "../editor/workflow.ts";
import { ServerError } from "../server/server-error.ts";
import type { FormAddress } from "./address.ts";
import { createOwnRuns, type OwnRuns } from "./own-runs.ts";

export type FormState = {
  /** missing: nobody has this workflow. away: the server could not be asked. */
  readonly standing: "loading" | "ready" | "missing" | "away";
  /** Own runs that the server no longer lists among the newest. */
  readonly earlier: readonly RunSummary[];
};

/** A workflow for people who only use it: what it exposes, and their own runs of it. The workflow itself is never changed. */
export type Form = Page &
  Readable<FormState> & {
    readonly own: OwnRuns;
    readonly queue: Pick<Queue, "get" | "listen">;
    readonly theme: Themes;
    /** Asks for the workflow, and shows the run that the address names if it was begun here. */
    open(run?: string): Promise<void>;
  };

/** Wires a form's parts. It connects to the server at once, and shows nothing until `open`. */
export function createForm(
  { api: server, connect, storage, clock, browser }: Omit<Ports, "arrange">,
  address: FormAddress | undefined,
): Form {
  const { get, set, listen } = createStore<FormState>({ standing: "loading", earlier: [] });
  const messages = createMessages(clock);
  const theme = createThemes({ storage, browser });
  const workflow = createOpenWorkflow();
  const offer = withSubgraphs(createOffer(server), workflow);
  const api = withinScope(server, offer);
  const problems = createProblems(workflow, offer);
  const naming = createNaming(workflow, offer);
  const frames = createFrames(browser, clock);
  const screen = createScreen(browser);
  const own = createOwnRuns(storage, address ? `${address.of}/${address.id}` : "");
  const queue = createQueue({ api, clock, messages });
  const runs = createRuns({
    queue,
    api: {
      ...api,
      async submit(run) {
        const detail = await api.submit(run);
        own.add(detail.id);
        return detail;
      },
    },
    connect,
    browser,
    workflow,
    frames,
    messages,
    naming,
    saved: () => {},
    present: () => {},
    // What is run is the document with this person's values. A saved workflow's runs count as its own.
    keep: async () => (address?.of === "workflows" ? address.id : undefined),
  });

  async function find(): Promise<WorkflowJson | undefined> {
    const { templates } = await offer.load();
    if (address === undefined) return undefined;
    if (address.of === "templates") return templates.find(({ id }) => id === address.id)?.document;
    return (await api.workflow(address.id)).document;
  }

  /** The runs that were begun here and are not among the newest of the server. */
  async function findEarlier(): Promise<void> {
    const listed = new Set(runs.get().list.map(({ id }) => id));
    for (const id of own.get().filter((run) => !listed.has(run))) {
      const run = await api.run(id).catch((error: unknown) => error);
      if (run instanceof ServerError) {
        if (run.status === 404) own.forget(id);
      } else if (run instanceof Error) throw run;
      else set((now) => ({ ...now, earlier: [...now.earlier, run as RunSummary] }));
    }
  }

  async function open(run?: string): Promise<void> {
    let document: WorkflowJson | undefined;
    try {
      document = await find();
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      set((now) => ({ ...now, standing: error.status === 404 || error.status === 400 ? "missing" : "away" }));
      return;
    }
    if (!document) {
      set((now) => ({ ...now, standing: "missing" }));
      return;
    }
    workflow.open(untouched(address!.id, document));
    set((now) => ({ ...now, standing: "ready" }));
    keepTab(browser, workflow, runs);
    const shown = run === undefined || !own.get().includes(run) ? undefined : await runs.find(run);
    if (shown) {
      workflow.edit((now) => withValuesOf(now, shown.document, offer.get().catalogue));
      runs.show(shown.id);
    }
    await findEarlier();
  }

  return {
    get,
    listen,
    open,
    own,
    queue,
    workflow,
    offer,
    problems,
    naming,
    runs,
    frames,
    messages,
    screen,
    theme,
    artifact: api.artifact,
    randomSeed: browser.randomSeed,
    async copy(text, what) {
      if (await browser.copy(text)) messages.say(`${what} is on the clipboard.`);
      else
        messages.say("The browser does not let this page copy.", { tone: "error", more: "Allow it, or save a file." });
    },
    files: {
      upload: (file) =>
        api.upload(file).then(
          ({ asset }) => assetName(asset),
          (error: unknown) => {
            messages.fail(error);
            return undefined;
          },
        ),
    },
  };
}

/** The workflow with the values that another has for what is exposed. */
function withValuesOf(
  workflow: WorkflowJson,
  other: WorkflowJson,
  catalogue: Parameters<typeof exposedParams>[2],
): WorkflowJson {
  const addresses = Object.values(workflow.exposed ?? {}).flat();
  return exposedParams(other, addresses, catalogue).reduce(
    (now, { end, value }) => setParam(now, end, value),
    workflow,
  );
}
