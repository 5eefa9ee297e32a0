import { type Problem, parseJson, type ReadResult, type WorkflowJson } from "@clipwork/engine";
import type { Point } from "../canvas/geometry.ts";
import { readOnce } from "../document/checked.ts";
import { comfy, isComfy } from "../document/comfy.ts";
import { addNode, emptyWorkflow, fileNameOf, newId, setParam } from "../document/edit.ts";
import { assetName } from "../document/environment.ts";
import { thousands } from "../runs/words.ts";
import type { Api } from "../server/api.ts";
import type { Autosave } from "./autosave.ts";
import type { Canvas } from "./canvas.ts";
import { freePlace } from "./free-place.ts";
import type { Messages } from "./messages.ts";
import { type Offer, refusedFor } from "./offer.ts";
import { otherWeights } from "./other-weights.ts";
import type { BrowserPort, Clock } from "./ports.ts";
import type { Progress, Step } from "./progress.ts";
import type { Runs } from "./runs.ts";
import { detailsPanel, type Screen } from "./screen.ts";
import { type Tabs, tabTitle } from "./tabs.ts";
import { isUntouched, type OpenWorkflow, titleOf } from "./workflow.ts";

/** Opens and saves workflows, and takes in pictures. Failures are reported in a message. */
export type Files = {
  /** Starts an empty workflow in a tab of its own, as all that is opened. */
  openNew(): void;
  /** Opens a document of any origin, as data: its problems are listed and nothing of it is run. */
  openDocument(document: WorkflowJson): void;
  /** Opens a workflow that the server keeps. */
  openSaved(id: string): Promise<void>;
  /** Opens the workflow that a run was made from, with its states and pictures on the nodes. */
  openRun(id: string): Promise<void>;
  /** Opens a workflow's JSON or a PNG that carries one; any other picture becomes a node at `place`. */
  openFile(file: File, place?: Point): Promise<void>;
  /** A picture or an array dropped on a node that accepts one goes into it; anything else is opened. */
  drop(file: File, node: string | undefined, place: Point | undefined): Promise<void>;
  /** Keeps the document, as it is now, as a revision that stays; what somebody else has saved meanwhile is never overwritten. */
  save(): Promise<void>;
  /** Closes a tab, or the one in front, once its document is on the server. */
  close(id?: string): Promise<void>;
  /** Hands the document to the user as a file. */
  download(): void;
  /** Uploads a picture or an array. Returns the name by which documents refer to it, or undefined, with a message. */
  upload(file: Blob): Promise<string | undefined>;
};

/** The node that a picture becomes. By its exact type: a node pack must not take over dropped pictures. */
const pictureType = "image.load";

type Needs = {
  readonly api: Api;
  readonly browser: Pick<BrowserPort, "download">;
  readonly workflow: OpenWorkflow;
  readonly tabs: Tabs;
  readonly autosave: Autosave;
  readonly offer: Offer;
  readonly runs: Runs;
  readonly screen: Screen;
  readonly canvas: Canvas;
  readonly messages: Messages;
  readonly progress: Progress;
  readonly clock: Pick<Clock, "now">;
};

/** Bytes from which on a file says that it is being opened, which takes the page a while. */
const largeFile = 300_000;
/** Nodes from which on a document from the server says so. */
const manyNodes = 2_000;
/** What of the time until it is shown a file takes to be read. */
const readShare = 0.1;

export function createFiles(needs: Needs): Files {
  const { api, browser, clock, workflow, tabs, autosave, offer, runs, screen, canvas, messages, progress } = needs;
  const { say, fail } = messages;
  /** What the server keeps and is being opened. */
  const opening = new Set<string>();

  function sayBehind(id: string): void {
    say("Somebody has saved this workflow since you opened it.", {
      tone: "error",
      about: "save",
      more: "Save yours as a copy, then compare the two.",
      action: { label: "Save a copy", run: () => void autosave.keepCopy(id) },
    });
  }

  function openDocument(document: WorkflowJson): void {
    tabs.open(document);
    messages.settle("file");
    screen.show({ dialog: undefined, look: undefined, side: detailsPanel });
  }

  async function openFile(file: File, place?: Point): Promise<void> {
    if (!isPicture(file)) {
      if (file.size < largeFile) openText(file.name, await file.text());
      else await openLarge(file);
      return;
    }
    try {
      const reply = await api.upload(file);
      if ("document" in reply && reply.document) {
        openDocument(reply.document);
        const other = otherWeights(reply, offer.get().packs);
        if (other) say(other.text, { more: other.more, about: "file" });
      } else addPicture(file.name, assetName(reply.asset), place);
    } catch (error) {
      fail(error, "file");
    }
  }

  /** Opens a workflow's text, which was read as that; or says why not. */
  function openText(name: string, text: string, { document, problems } = readText(text)): void {
    if (document) openDocument(document.json);
    else refuse(name, isComfy(text) ? [comfy] : problems);
  }

  /** Says first what is opened, then about how long that takes on this machine as it is now, and can be called off until it is shown. */
  async function openLarge(file: File): Promise<void> {
    const step = progress.begin(`Opening ${file.name}`);
    try {
      if (!(await step.say())) return;
      const begun = clock.now();
      const text = await file.text();
      const read = readText(text);
      const open = () => openText(file.name, text, read);
      if (read.document) await show(read.document.json, step, clock.now() - begun, open);
      else if (!step.signal.aborted) open();
    } finally {
      step.end();
    }
  }

  /** Opens a document that took so many milliseconds to be read, and waits until it is shown; if it is called off, nothing is left of it. */
  async function show({ nodes }: WorkflowJson, step: Step, readMs: number, open: () => void): Promise<void> {
    const seconds = (readMs * (1 / readShare - 1)) / 1_000;
    const what = `Opening ${thousands(Object.keys(nodes).length)} nodes`;
    if (!(await step.say({ what, seconds, share: readShare }))) return;
    open();
    const { id, opened } = workflow.get();
    await step.say({ share: 0.5 });
    await canvas.shown(opened, step.signal);
    if (step.signal.aborted) tabs.remove(id);
  }

  /** Opens what the server keeps; a large document says so as a large file does. */
  async function openKept(id: string): Promise<void> {
    const { document, revision } = await api.workflow(id);
    if (tabs.find(id)) {
      tabs.show(id);
      return;
    }
    const open = () => tabs.open(document, { id, saved: { revision, document } });
    const nodes = Object.keys(document.nodes).length;
    if (nodes < manyNodes) {
      open();
      return;
    }
    screen.show({ dialog: undefined });
    const step = progress.begin(`Opening ${thousands(nodes)} nodes`);
    try {
      if (!(await step.say())) return;
      const begun = clock.now();
      readOnce(document);
      await show(document, step, clock.now() - begun, open);
    } finally {
      step.end();
    }
  }

  function refuse(name: string, [first]: readonly Pick<Problem, "message" | "remedy">[]): void {
    say(`${name}: ${first?.message ?? "This is not a workflow."}`, {
      tone: "error",
      about: "file",
      more: first?.remedy ?? "Choose a file that Clipwork has saved.",
    });
  }

  /** The parameter of a node type that accepts an uploaded file. */
  function filePort(type: string): string | undefined {
    const params = offer.get().catalogue.get(type)?.params ?? {};
    return Object.entries(params).find(([, { kind }]) => kind === "file")?.[0];
  }

  /** The parameter of a node of the document that accepts that file: a picture, or an array if it is for arrays. */
  function portFor(node: string, file: File): string | undefined {
    const type = workflow.present().nodes[node]?.type;
    const port = type === undefined ? undefined : filePort(type);
    if (type === undefined || port === undefined) return undefined;
    const param = offer.get().catalogue.get(type)!.params[port]!;
    const isArray = param.kind === "file" && param.array === true;
    const fits = isArray ? file.name.toLowerCase().endsWith(".npy") : isPicture(file);
    return fits ? port : undefined;
  }

  function addPicture(name: string, asset: string, place: Point = { x: 0, y: 0 }): void {
    const port = filePort(pictureType);
    const version = offer.get().catalogue.get(pictureType)?.version;
    if (port === undefined || version === undefined) {
      refuse(name, []);
      return;
    }
    const id = newId(pictureType, workflow.present().nodes);
    const node = { type: pictureType, version, params: { [port]: asset } };
    workflow.edit((now) => addNode(now, id, node, freePlace(canvas, place)));
    workflow.select([id]);
    void canvas.get().view?.reveal(id);
    say(`${name} carries no workflow, so it was added as a picture.`);
  }

  async function upload(file: Blob): Promise<string | undefined> {
    return await api.upload(file).then(
      ({ asset }) => {
        messages.settle("file");
        return assetName(asset);
      },
      (error: unknown) => {
        fail(error, "file");
        return undefined;
      },
    );
  }

  /** Closes a tab, which can be taken back for as long as that is said. */
  function remove(id: string): void {
    const now = tabs.find(id);
    if (!now) return;
    tabs.remove(id);
    if (tabs.isBlank(now)) return;
    const reopen = () => {
      tabs.open(now.history.present, now.saved && { id, saved: now.saved });
      if (now.run !== undefined) runs.show(now.run);
    };
    say(`Closed “${tabTitle(now)}”.`, { action: { label: "Open again", run: reopen } });
  }

  return {
    openDocument,
    openFile,
    upload,
    openNew() {
      tabs.open(emptyWorkflow);
      screen.show({ dialog: undefined });
    },
    async openSaved(id) {
      if (opening.has(id)) return;
      opening.add(id);
      try {
        if (tabs.find(id)) tabs.show(id);
        else await openKept(id);
        screen.show({ dialog: undefined });
      } catch (error) {
        fail(error);
      } finally {
        opening.delete(id);
      }
    },
    async openRun(id) {
      const detail = await runs.find(id);
      if (!detail) return;
      openDocument(detail.document);
      runs.show(id);
    },
    async drop(file, node, place) {
      const port = node === undefined ? undefined : portFor(node, file);
      if (node === undefined || port === undefined) return openFile(file, place);
      const asset = await upload(file);
      if (asset !== undefined) workflow.edit((now) => setParam(now, { node, port }, asset));
    },
    async save() {
      const { id } = workflow.get();
      const title = titleOf(workflow.present());
      try {
        if (await autosave.send(id, "saved")) {
          messages.settle("save");
          say(`Saved “${title}”.`);
        } else sayBehind(id);
      } catch (error) {
        if (autosave.get().behind.has(id)) sayBehind(id);
        else fail(error, "save");
      }
    },
    async close(id = tabs.get().front) {
      const tab = tabs.find(id);
      if (!tab) return;
      // Nothing of it could be brought back if it was closed before the server had it.
      if (isUntouched(tab) || (await autosave.trySend(id, "edit"))) {
        remove(id);
        return;
      }
      // Who may not save waits for that in vain.
      const refused = refusedFor(offer.get(), "edit");
      say(`“${tabTitle(tab)}” stays open, since it is in this browser alone.`, {
        tone: "error",
        more: refused
          ? `${refused.detail} Download it to keep it.`
          : "Close it when the server has it, or download it.",
        action: { label: "Close it anyway", run: () => remove(id) },
      });
    },
    download() {
      const document = workflow.whole();
      browser.download(`${fileNameOf(document.meta, "workflow")}.json`, JSON.stringify(document, null, 2));
    },
  };
}

function readText(text: string): ReadResult {
  const { json, problem } = parseJson(text);
  return problem ? { problems: [problem] } : readOnce(workflowIn(json));
}

/** Whether a file is meant as a picture; some systems do not know the kinds of phones' pictures. */
function isPicture({ type, name }: File): boolean {
  return type.startsWith("image/") || /\.(hei[cf]|avif|jxl)$/i.test(name);
}

/** The workflow in the record of a run, which lies beside the files that the run wrote; anything else as it is. */
function workflowIn(json: unknown): unknown {
  const { format, workflow } = Object(json) as { readonly format?: unknown; readonly workflow?: unknown };
  return format === "clipwork-run/1" && workflow !== undefined ? workflow : json;
}
