import { type Problem, parseDocument, type WorkflowJson } from "@clipwork/engine";
import { addNode, newId } from "../document/edit.ts";
import type { Point } from "../graph/link-element.ts";
import { api, ServerError } from "../server/api.ts";
import { offer } from "./catalogue.ts";
import { type Editor, edit, editor, markSaved, openWorkflow, select, workflow } from "./editor.ts";
import { findRun, showRun } from "./runs.ts";
import { tell, tellError } from "./toast.ts";
import { show } from "./ui.ts";

/** Whether the server has the document as it is, has it otherwise, or does not have it. */
export function keptOf({ history, saved }: Editor): "saved" | "edited" | "not saved" {
  if (!saved) return "not saved";
  return saved.document === history.present ? "saved" : "edited";
}

/** Keeps the document on the server; what somebody else has saved meanwhile is never written over. */
export async function saveWorkflow(): Promise<void> {
  const document = workflow();
  const { saved } = editor.get();
  const title = document.meta?.title || "Untitled";
  try {
    const kept = saved
      ? await api.updateWorkflow(saved.id, saved.revision, title, document)
      : await api.createWorkflow(title, document);
    markSaved({ id: kept.id, revision: kept.revision, document });
    tell(`Saved “${title}”.`);
  } catch (error) {
    if (error instanceof ServerError && error.status === 409)
      tell("Somebody has saved this workflow since you opened it.", {
        tone: "error",
        more: "Save yours as a copy, then compare the two.",
        action: { label: "Save a copy", run: () => void saveCopy() },
      });
    else tellError(error);
  }
}

async function saveCopy(): Promise<void> {
  const document = workflow();
  await api
    .createWorkflow(`${document.meta?.title || "Untitled"} (copy)`, document)
    .then(({ id, revision }) => markSaved({ id, revision, document }), tellError);
}

/** Opens a saved workflow. */
export async function openSaved(id: string): Promise<void> {
  try {
    const { document, revision } = await api.workflow(id);
    showRun(undefined);
    openWorkflow(document, { id, revision, document });
    show({ dialog: undefined });
  } catch (error) {
    tellError(error);
  }
}

/** Opens a document of any origin, as data: its problems are listed and nothing of it is run. */
export function openDocument(document: WorkflowJson): void {
  showRun(undefined);
  openWorkflow(document);
  show({ dialog: undefined, look: undefined, side: "node" });
}

/** Opens the workflow that a run was made from, with its states and pictures on the nodes. */
export async function openRun(id: string): Promise<void> {
  const detail = await findRun(id);
  if (!detail) return;
  openDocument(detail.document);
  showRun(id);
}

/** Gives the document to the user as a file. */
export function downloadWorkflow(): void {
  const document = workflow();
  const name = (document.meta?.title || "workflow").replace(/[^\p{L}\p{N} _-]/gu, "").trim() || "workflow";
  const url = URL.createObjectURL(new Blob([JSON.stringify(document, null, 2)], { type: "application/json" }));
  const anchor = Object.assign(window.document.createElement("a"), { href: url, download: `${name}.json` });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Opens a dropped or chosen file: a workflow's JSON, a PNG that carries one, or any other picture as a node. */
export async function openFile(file: File, place?: Point): Promise<void> {
  if (!file.type.startsWith("image/")) {
    const { document, problems } = parseDocument(await file.text());
    if (document) openDocument(document.json);
    else refuse(file.name, problems);
    return;
  }
  try {
    const { asset, document } = await api.upload(file);
    if (document) openDocument(document);
    else addPicture(file.name, asset, place);
  } catch (error) {
    tellError(error);
  }
}

function refuse(name: string, [first]: readonly Problem[]): void {
  tell(`${name}: ${first?.message ?? "This is no workflow."}`, {
    tone: "error",
    more: first?.remedy ?? "Choose a file that Clipwork has saved.",
  });
}

function addPicture(name: string, asset: string, place: Point = { x: 0, y: 0 }): void {
  const definition = [...offer.get().catalogue.values()].find(({ params }) =>
    Object.values(params).some(({ kind }) => kind === "file"),
  );
  if (!definition) {
    refuse(name, []);
    return;
  }
  const port = Object.keys(definition.params).find((param) => definition.params[param]!.kind === "file")!;
  const id = newId(definition.type, workflow().nodes);
  const node = { type: definition.type, version: definition.version, params: { [port]: `asset:${asset}` } };
  edit((now) => addNode(now, id, node, { x: Math.round(place.x), y: Math.round(place.y) }));
  select([id]);
  tell(`${name} carries no workflow, so it was added as a picture.`);
}
