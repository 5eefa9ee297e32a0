import { emptyWorkflow } from "../document/edit.ts";
import type { Api } from "../server/api.ts";
import { type Arranging, createArranging } from "./arranging.ts";
import { type Auto, createAuto } from "./auto.ts";
import { type Autosave, createAutosave } from "./autosave.ts";
import { type Canvas, createCanvas } from "./canvas.ts";
import { createDrafts, type Drafts } from "./drafts.ts";
import { createDrawing, type Drawing } from "./drawing.ts";
import { createEdits, type Edits } from "./edits.ts";
import { endAtLeaving } from "./end-at-leaving.ts";
import { createFiles, type Files } from "./files.ts";
import { followLook } from "./follow-look.ts";
import { createFrames, type Frames } from "./frames.ts";
import { createKept, type Kept } from "./kept.ts";
import { createLibrary, type Library } from "./library.ts";
import { createLooks, type Looks } from "./looks.ts";
import { createMessages, type Messages } from "./messages.ts";
import { createMinimap, type Minimap } from "./minimap.ts";
import { createModels, type Models } from "./models.ts";
import { createNaming, type Naming } from "./naming.ts";
import { followRounds } from "./newest-round.ts";
import { createNextRun, type NextRun } from "./next-run.ts";
import { createNodePacks, type NodePacks } from "./node-packs.ts";
import { createOffer, type Offer, type OfferState } from "./offer.ts";
import { createPlaces, type Places } from "./places.ts";
import type { Ports } from "./ports.ts";
import { createPresence, type Presence } from "./presence.ts";
import { createProblems, type Problems } from "./problems.ts";
import { createProfiling, type Profiling } from "./profiling.ts";
import { createProgress, type Progress } from "./progress.ts";
import { createQueue, type Queue } from "./queue.ts";
import { createRuns, type Runs } from "./runs.ts";
import { createScreen, type Screen } from "./screen.ts";
import { createSizes, type Sizes } from "./sizes.ts";
import type { Readable } from "./store.ts";
import { createSubgraphs, type Subgraphs } from "./subgraphs.ts";
import { keepTab } from "./tab.ts";
import { createTabs, type Tabs } from "./tabs.ts";
import { createThemes, type Themes } from "./theme.ts";
import { createViewer, type Viewer } from "./viewer.ts";
import { withSubgraphs } from "./with-subgraphs.ts";
import { withinScope } from "./within-scope.ts";
import { createWorkers, type Workers } from "./workers.ts";
import { createOpenWorkflow, isUntouched, type OpenWorkflow } from "./workflow.ts";

/** The editor without its looks: what it knows, and what can be done with it. Components draw it. */
export type Editor = {
  /** The document in front. */
  readonly workflow: OpenWorkflow;
  readonly tabs: Tabs;
  readonly autosave: Autosave;
  readonly presence: Presence;
  readonly offer: Offer;
  readonly models: Models;
  readonly workers: Workers;
  readonly nodePacks: NodePacks;
  readonly problems: Readable<Problems>;
  readonly naming: Readable<Naming>;
  readonly runs: Runs;
  readonly queue: Queue;
  readonly frames: Readable<ReturnType<Frames["get"]>>;
  readonly nextRun: NextRun;
  readonly drawing: Drawing;
  readonly auto: Auto;
  readonly kept: Kept;
  readonly viewer: Viewer;
  readonly profiling: Profiling;
  readonly edits: Edits;
  readonly looks: Looks;
  readonly arranging: Arranging;
  readonly subgraphs: Subgraphs;
  readonly places: Places;
  readonly files: Files;
  readonly library: Library;
  readonly drafts: Pick<Drafts, "flush">;
  readonly screen: Screen;
  readonly sizes: Sizes;
  readonly canvas: Canvas;
  readonly minimap: Minimap;
  readonly messages: Messages;
  readonly theme: Themes;
  /** What the page is doing that takes a while. */
  readonly progress: Readable<ReturnType<Progress["get"]>>;
  /** Fetches the JSON of an artifact. */
  readonly artifact: Api["artifact"];
  /** Puts text on the clipboard and says so, or that the browser does not allow it. */
  readonly copy: (text: string, what: string) => Promise<void>;
  /** The text on the clipboard; undefined, with a message, if the browser does not allow it. */
  readonly copied: () => Promise<string | undefined>;
  readonly randomSeed: () => number;
  /**
   * Opens what the page is to show: the run that its address names, else the draft of last time, else the first template.
   * Everything that is done from then on is kept.
   */
  open(run?: string): Promise<void>;
};

/** Wires an editor's parts. It connects to the server at once, and shows nothing until `open`. */
export function createEditor({ api: server, connect, storage, clock, browser, arrange }: Ports): Editor {
  const messages = createMessages(clock);
  const screen = createScreen(browser);
  const canvas = createCanvas();
  const progress = createProgress(browser);
  const minimap = createMinimap(storage);
  const theme = createThemes({ storage, browser });
  const workflow = createOpenWorkflow((opened) => canvas.cameraOf(opened));
  // The first that listens: no other sees a level in a round that there is nothing to see of.
  const follow = followRounds(workflow, () => runs.get().shown);
  endAtLeaving(screen, workflow);
  const offer = withSubgraphs(createOffer(server), workflow);
  const api = withinScope(server, offer);
  const workers = createWorkers({ api, clock });
  const nodePacks = createNodePacks(api);
  const models = createModels({ api, clock, offer, messages, screen });
  const problems = createProblems(workflow, offer);
  const naming = createNaming(workflow, offer);
  const subgraphs = createSubgraphs({ workflow, canvas, messages, naming, offer, browser });
  const frames = createFrames(browser, clock);
  const queue = createQueue({ api, clock, messages });
  const runs = createRuns({
    queue,
    api,
    connect,
    browser,
    workflow,
    frames,
    messages,
    naming,
    saved: (changes) => autosave.heard(changes),
    present: (now) => presence.hear(now),
    keep: async (whole) => {
      const { id } = workflow.get();
      // A run is worth more than its place in the history: what the server does not keep is run all the same.
      return (await autosave.trySend(id, whole ? "run" : "edit")) ? id : undefined;
    },
  });
  runs.listen(follow);
  const tabs = createTabs({ workflow, runs, offer, browser });
  const presence: Presence = createPresence({ tabs, open: runs.tellOpen });
  const drafts = createDrafts({ tabs, workflow, canvas, runs, messages, storage, clock, browser });
  const autosave: Autosave = createAutosave({ api, tabs, workflow, runs, drafts, messages, clock, browser });
  const nextRun = createNextRun({ api, clock, workflow, problems, runs });
  const kept = createKept({ api, workflow, runs, offer });
  const drawing = createDrawing({ runs, queue, workflow, problems, offer, storage, clock, messages });
  const auto = createAuto({ runs, nextRun, queue, workflow, offer, drawing, storage });
  const edits = createEdits({ workflow, offer, screen, canvas, messages });
  const looks = createLooks({ workflow, screen, canvas, messages });
  const arranging = createArranging({ workflow, canvas, messages, progress, arrange });
  const viewer = createViewer({ storage, screen, workflow, kept, offer, runs });
  const profiling = createProfiling({ api, offer, clock, browser, screen, messages });
  followLook(screen, runs);
  const places = createPlaces({ workflow, offer, runs, messages });
  const files = createFiles({
    ...{ api, browser, clock, workflow, tabs, autosave, offer, runs, screen, canvas, messages, progress },
  });

  const library = createLibrary({ api, tabs, workflow, autosave, files, messages, browser });

  const loadOffer = (): Promise<OfferState | undefined> =>
    offer.load().catch((error: unknown) => {
      messages.fail(error);
      return undefined;
    });

  async function open(run?: string): Promise<void> {
    const [before, offered] = await Promise.all([drafts.claim(), loadOffer()]);
    const [first] = offered?.templates ?? [];
    if (before) {
      const wanted = before.list.find((tab) => tab.run !== undefined && tab.run === run);
      tabs.restore(before.list, wanted?.id ?? before.front);
      if (!browser.reloaded && !before.list.every(isUntouched)) messages.say("Your work of last time is here again.");
    } else tabs.open(run === undefined && first ? first.document : emptyWorkflow);
    if (run !== undefined && runs.get().shown?.run !== run) await files.openRun(run);
    drafts.keep();
    autosave.keep();
    presence.keep();
    keepTab(browser, workflow, runs);
    nextRun.watch();
    drawing.watch();
    auto.watch();
    kept.watch();
  }

  async function copy(text: string, what: string): Promise<void> {
    if (await browser.copy(text)) {
      messages.settle("copy");
      messages.say(`${what} is on the clipboard.`);
    } else
      messages.say("The browser does not let this page copy.", {
        tone: "error",
        about: "copy",
        more: "Allow it, or save a file.",
      });
  }

  async function copied(): Promise<string | undefined> {
    const text = await browser.copied();
    if (text === undefined)
      messages.say("The browser does not let this page read the clipboard.", {
        tone: "error",
        about: "copy",
        more: "Press Ctrl+V.",
      });
    return text;
  }

  return {
    workflow,
    tabs,
    autosave,
    presence,
    offer,
    models,
    workers,
    nodePacks,
    artifact: api.artifact,
    copy,
    copied,
    problems,
    naming,
    runs,
    queue,
    frames,
    nextRun,
    drawing,
    auto,
    kept,
    viewer,
    profiling,
    edits,
    looks,
    arranging,
    subgraphs,
    places,
    files,
    library,
    drafts,
    screen,
    sizes: createSizes(storage, browser.width),
    canvas,
    minimap,
    messages,
    progress,
    theme,
    randomSeed: browser.randomSeed,
    open,
  };
}
