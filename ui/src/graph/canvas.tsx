import { useEffect, useRef } from "react";
import { createRoot } from "react-dom/client";
import { boxAt, type Transform } from "../canvas/geometry.ts";
import { typicalCard } from "../canvas/shapes.ts";
import { BackLayer } from "../cards/back-layer.tsx";
import { CanvasContext, type CanvasTools, type Dragging } from "../cards/context.ts";
import { dragBy } from "../cards/drag-by.ts";
import { NodeCard } from "../cards/node-card.tsx";
import { createPlainCards } from "../cards/plain-card.ts";
import { hasPlace, placeOf } from "../document/edit.ts";
import { makeOf } from "../document/make.ts";
import { notesOf } from "../document/notes.ts";
import type { Editor } from "../editor/create-editor.ts";
import { docksOf, framesOf } from "../editor/frames-of-groups.ts";
import { detailsPanel } from "../editor/screen.ts";
import { createStore } from "../editor/store.ts";
import { EditorContext, useEditor } from "../editor/use-editor.ts";
import { runIdOf } from "../editor/workflow.ts";
import { stateIn } from "../runs/run-view.ts";
import type { GraphView } from "./graph-view.ts";
import { focusUnlessTaken } from "./late-focus.ts";
import { createLinking, type Linking } from "./linking.ts";
import { startBox } from "./selection-box.ts";
import { createGraphView } from "./view.ts";

/** The canvas: Rete draws, the editor knows. */
export function Canvas() {
  const editor = useEditor();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => startCanvas(element.current!, editor), [editor]);
  return (
    <section className="canvas" aria-label="Workflow">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas hears keys: arrows go from node to node. */}
      <div ref={element} className="canvas-area" data-detail="near" tabIndex={0} role="application" aria-label={help} />
    </section>
  );
}

const help = "Nodes. Arrow keys go from node to node, Enter to a node's fields, Tab adds a node, F6 leaves.";

function startCanvas(container: HTMLElement, editor: Editor): () => void {
  const { workflow, offer, edits, looks, screen, canvas, runs, arranging } = editor;
  const sized = createStore(0);
  const dragging = createStore<Dragging | undefined>(undefined);
  const linking = createLinking(container, editor, (x, y) => view.canvasPoint(x, y));
  const plainCards = createPlainCards(editor);
  const flows = followFlow(container, editor);
  const view: GraphView = createGraphView(container, {
    ...linking,
    makeOf: (shown, id) => makeOf(shown, id, offer.get().catalogue),
    edited() {
      const { editing } = screen.get();
      return editing?.what === "card" ? editing.id : undefined;
    },
    mount(id, frame, plain) {
      if (plain) return plainCards.mount(id, frame, view.sizeOf(id)!);
      const inner = document.createElement("div");
      inner.className = "node-inner";
      frame.append(inner);
      // Buttons and fields of a node do not drag it: what begins in them does not reach Rete, which listens further out.
      const keep = (event: Event) => {
        if ((event.target as Element).closest("[data-nodrag]")) event.stopPropagation();
      };
      inner.addEventListener("pointerdown", keep);
      inner.addEventListener("dblclick", (event) => event.stopPropagation());
      const root = createRoot(inner);
      root.render(
        <EditorContext value={editor}>
          <CanvasContext value={tools}>
            <NodeCard id={id} />
          </CanvasContext>
        </EditorContext>,
      );
      // React forbids unmounting a root while it is being drawn.
      return () => queueMicrotask(() => root.unmount());
    },
    pressed(id, event) {
      if (event.button !== 0) return;
      const { selection, selectedNotes } = workflow.get();
      screen.show({ link: undefined, side: detailsPanel });
      if (event.shiftKey || event.ctrlKey || event.metaKey) {
        const others = [...selection].filter((other) => other !== id);
        workflow.select(selection.has(id) ? others : [...others, id], selectedNotes);
      } else if (!selection.has(id)) workflow.select([id]);
    },
    linked(element) {
      flows.mark(element);
      element.toggleAttribute("data-selected", element.dataset.link === screen.get().link);
    },
    company: () => workflow.get().selection,
    dragging: (ids, by) => dragging.set(by && { ids, by }),
    moved: looks.moved,
    kind: edits.kindOf,
    beside: () => ({
      notes: [...notesOf(workflow.present()).values()].map((note) => boxAt(note, note)),
      frames: [...framesOf(workflow.present(), view.sizeOf).values()],
    }),
    zoomed: canvas.zoomed,
    lost: canvas.lost,
    panned: canvas.panned,
    resized() {
      canvas.resized();
      sized.set((now) => now + 1);
    },
  });
  canvas.attach(view);
  const addSocket: CanvasTools["addSocket"] = (socket, element) => {
    view.addSocket(socket, element);
    linking.met(element);
  };
  let hand = new AbortController();
  const tools: CanvasTools = {
    ...view,
    ...{ addSocket, sized, dragging, carry },
    scale: () => view.camera().k,
    hand: () => hand.signal,
  };
  function carry(down: Parameters<CanvasTools["carry"]>[0]): void {
    const [first] = workflow.get().selection;
    const from = first === undefined ? undefined : placeOf(workflow.present(), first);
    dragBy(
      down,
      tools.scale,
      (by) => {
        if (first !== undefined && from) view.drag(first, { x: from.x + by.x, y: from.y + by.y });
        else dragging.set({ ids: new Set(), by });
      },
      (by) => {
        if (first === undefined) dragging.set(undefined);
        else if (by) view.putDown(first);
        if (first === undefined && by) looks.moved(new Map(), by);
      },
      hand.signal,
    );
  }
  const stopLayer = startBackLayer(view, editor, tools);
  const dock = () => view.dock(docksOf(workflow.present(), view.sizeOf).values());

  const stopPointer = listenPointer(container, view, linking, tools, editor);
  const draw = () => {
    container.dataset.empty = String(Object.keys(workflow.present().nodes).length === 0);
    view.show(workflow.present());
    dock();
  };
  let opened = -1;
  let focused = false;
  let nodes: unknown;
  /** What is opened is looked at where it was left; what was never looked at, where its cards are expected. */
  const lookAt = (camera: Transform | undefined) => {
    const present = workflow.present();
    const placed = Object.keys(present.nodes).filter((id) => hasPlace(present, id));
    void (camera ? view.moveTo(camera) : view.begin(placed.map((id) => boxAt(placeOf(present, id), typicalCard))));
  };
  /**
   * Shows what was opened as that number so that it can be read, unless something else is opened meanwhile, or it has been moved. Its nodes
   * still move until then.
   */
  const open = async (number: number) => {
    const before = JSON.stringify([view.camera(), view.hands()]);
    await view.drawn();
    if (number !== opened) return;
    await arranging.placeNew();
    if (number !== opened) return;
    const untouched = JSON.stringify([view.camera(), view.hands()]) === before;
    if (untouched && !workflow.get().camera) await view.begin();
    if (number !== opened) return;
    canvas.showed(number);
    // Tab adds the first node only while the canvas has the focus. Nobody has asked for it: it is not left on what is opened next.
    if (container.dataset.empty === "true") focusUnlessTaken(container);
    else if (focused && document.activeElement === container) container.blur();
    focused = container.dataset.empty === "true";
  };
  const follow = () => {
    const now = workflow.get();
    if (offer.get().catalogue.size === 0) return;
    const leaving = now.opened !== opened;
    if (leaving) {
      hand.abort();
      hand = new AbortController();
      view.cancel();
      flows.follow();
    }
    if (leaving) lookAt(now.camera);
    opened = now.opened;
    if (now.history.present !== nodes) draw();
    nodes = now.history.present;
    if (leaving) void view.busy(open(opened));
  };
  const mark = () => markLink(container, screen.get().link);
  let edited: unknown;
  const followEdited = () => {
    const { editing } = screen.get();
    if (editing === edited) return;
    edited = editing;
    view.renew();
  };
  const stops = [
    workflow.listen(follow),
    offer.listen(follow),
    offer.listen(view.renew),
    screen.listen(mark),
    screen.listen(followEdited),
    sized.listen(dock),
    runs.listen(flows.follow),
  ];
  follow();
  return () => {
    for (const stop of stops) stop();
    stopPointer();
    stopLayer();
    plainCards.stop();
    view.destroy();
  };
}

/** Draws groups and notes on the canvas. */
function startBackLayer(view: GraphView, editor: Editor, tools: CanvasTools): () => void {
  const layer = document.createElement("div");
  layer.className = "back-layer";
  view.hold(layer);
  const root = createRoot(layer);
  root.render(
    <EditorContext value={editor}>
      <CanvasContext value={tools}>
        <BackLayer />
      </CanvasContext>
    </EditorContext>,
  );
  return () => queueMicrotask(() => root.unmount());
}

function markLink(container: HTMLElement, selected: string | undefined): void {
  for (const element of container.querySelectorAll<HTMLElement>(".link-frame[data-selected]"))
    delete element.dataset.selected;
  if (selected === undefined) return;
  const found = container.querySelector<HTMLElement>(`.link-frame[data-link="${CSS.escape(selected)}"]`);
  if (found) found.dataset.selected = "";
}

/** Marks the links that values flow through: those into what computes just now. */
function followFlow(container: HTMLElement, { workflow, runs }: Editor) {
  let before = "";
  let into: ReadonlySet<string> = new Set();
  const mark = (element: HTMLElement) => element.toggleAttribute("data-flows", into.has(element.dataset.into!));
  return {
    /** Of a link that has just been drawn. */
    mark,
    follow(): void {
      const { shown } = runs.get();
      const here = workflow.get();
      const ids = Object.keys(workflow.present().nodes);
      into = new Set(ids.filter((id) => stateIn(shown, runIdOf(here, id)) === "running"));
      const now = [...into].join();
      if (now === before) return;
      before = now;
      for (const element of container.querySelectorAll<HTMLElement>(".link-frame[data-into]")) mark(element);
    },
  };
}

/** What the pointer does on the bare canvas: select, box, search, links. */
function listenPointer(
  container: HTMLElement,
  view: GraphView,
  linking: Linking,
  { hand }: CanvasTools,
  { workflow, edits, screen }: Editor,
): () => void {
  const off = new AbortController();
  const { signal } = off;
  const onBare = (event: Event) =>
    !(event.target as Element).closest(".node, .socket, .group-header, .group-frame.collapsed, .note");
  let from = { x: 0, y: 0 };
  const moved = ({ clientX, clientY }: PointerEvent) => linking.move({ x: clientX, y: clientY });
  // Before Rete receives it, because a drop asks where the pointer is.
  addEventListener("pointermove", moved, { signal, capture: true });
  addEventListener("pointerup", moved, { signal, capture: true });
  container.addEventListener(
    "pointerdown",
    (event) => {
      from = { x: event.clientX, y: event.clientY };
      if (!onBare(event) || event.button !== 0) return;
      if (event.shiftKey || event.ctrlKey) startBox(container, view, workflow, event, hand());
    },
    { signal, capture: true },
  );
  container.addEventListener(
    "click",
    (event) => {
      if (!onBare(event) || event.shiftKey || event.ctrlKey) return;
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > 4) return;
      const hit = (event.target as Element).closest<HTMLElement>(".link-frame")?.dataset.link;
      workflow.select([]);
      screen.show({ link: hit });
    },
    { signal },
  );
  container.addEventListener(
    "dblclick",
    (event) => {
      if (!onBare(event)) return;
      const place = view.canvasPoint(event.clientX, event.clientY);
      const hit = (event.target as Element).closest<HTMLElement>(".link-frame")?.dataset.link;
      if (hit !== undefined) edits.reroute(hit, place);
      else screen.show({ search: { at: { x: event.clientX, y: event.clientY }, place } });
    },
    { signal },
  );
  return () => off.abort();
}
