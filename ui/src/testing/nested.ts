import assert from "node:assert/strict";
import { painting } from "./catalogue.ts";
import { type Started, settled, startEditor } from "./start-editor.ts";

/** An editor whose painter lies in a subgraph in a subgraph, after a run that painted. */
export type Nested = Started & {
  /** The instances, the outer one on the canvas of the document. */
  readonly outer: string;
  readonly inner: string;
  /** The painter's id in the graph that runs. */
  readonly at: string;
  readonly run: string;
};

/** Packs caption and painter twice, runs, and has the painter make a picture. */
export async function startNested(): Promise<Nested> {
  const started = await startEditor();
  const { editor, server } = started;
  const { workflow, subgraphs, runs } = editor;
  editor.files.openDocument(painting);
  workflow.select(["caption", "paint"]);
  subgraphs.make();
  const [inner] = workflow.get().selection;
  subgraphs.make();
  const [outer] = workflow.get().selection;
  assert.ok(inner !== undefined && outer !== undefined);
  const at = `${outer}/${inner}/paint`;
  await runs.submit();
  await settled();
  const { run } = runs.get().shown!;
  server.log(run, { event: "run.started", nodes: 3 });
  server.log(run, { event: "node.started", node: at, item: 0 });
  const picture = { kind: "picture", picture: "p", width: 8, height: 8 } as const;
  server.log(run, { event: "node.value", node: at, item: 0, port: "image", view: picture });
  return { ...started, outer, inner, at, run };
}
