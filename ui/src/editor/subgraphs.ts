import {
  type DefinitionJson,
  describeDefinition,
  freeName,
  instanceType,
  type LoopKind,
  loopOf,
  packNodes,
  parseDocument,
  subgraphFile,
  takeDefinition,
  type WorkflowJson,
  withoutUnused,
  writtenTitle,
} from "@clipwork/engine";
import type { Point } from "../canvas/geometry.ts";
import { addNode, fileNameOf, newId, placeOf } from "../document/edit.ts";
import { environmentFor } from "../document/environment.ts";
import { definitionAt, isBoundary, levelOf, withLevel } from "../document/levels.ts";
import { readyForRounds, withLoop } from "../document/loops.ts";
import { addPort, movePort, type PortSide, renamePort, withDefinition } from "../document/subgraph-ports.ts";
import type { Canvas } from "./canvas.ts";
import { boxesOn, freePlace } from "./free-place.ts";
import type { Messages } from "./messages.ts";
import type { Naming } from "./naming.ts";
import { wouldNest } from "./nesting.ts";
import type { Offer } from "./offer.ts";
import type { BrowserPort } from "./ports.ts";
import type { Readable } from "./store.ts";
import { unpackedAt } from "./unpacking.ts";
import type { OpenWorkflow } from "./workflow.ts";

/** What can be done with subgraphs. Every change of the document is a step that can be undone. */
export type Subgraphs = {
  /** Puts the selected nodes into a subgraph, and selects its instance. */
  make(): void;
  /** Puts the selected nodes into a subgraph that runs in rounds, or lets the selected instance do so. */
  repeat(): void;
  /** How an instance runs: once, a number of rounds, or as long as it says so. */
  setLoop(id: string, loop: LoopKind | undefined): void;
  /** Opens an instance, or the selected one. */
  open(id?: string): void;
  /** Leaves for the subgraph or document around what is open; `depth` of them stay open. */
  leave(depth?: number): void;
  /** Puts what is inside an instance, or the selected one, in its place, where it lies on no other card, and shows it. */
  unpack(id?: string): void;
  /** The definition that an instance on the canvas stands for. */
  definitionOf(id: string): { readonly id: string; readonly definition: DefinitionJson } | undefined;
  /** The definition that is open; undefined for the document itself. */
  current(): { readonly id: string; readonly definition: DefinitionJson } | undefined;
  rename(definition: string, title: string): void;
  addPort(definition: string, side: "inputs" | "outputs"): void;
  movePort(definition: string, side: PortSide, name: string, by: 1 | -1): void;
  /** Gives a port another name; without one it goes. */
  renamePort(definition: string, side: PortSide, from: string, to?: string): void;
  /** Hands a subgraph, with all that it contains, to the user as a file. */
  download(definition: string): void;
  /** Adds an instance of the subgraph in a file to what is open; any workflow becomes one as a whole. */
  insert(file: File): Promise<void>;
};

type Needs = {
  readonly workflow: OpenWorkflow;
  readonly canvas: Canvas;
  readonly messages: Messages;
  readonly naming: Readable<Naming>;
  readonly offer: Offer;
  readonly browser: Pick<BrowserPort, "download">;
};

export function createSubgraphs({ workflow, canvas, messages, naming, offer, browser }: Needs): Subgraphs {
  const { present, whole } = workflow;

  function selected(): string | undefined {
    const { selection } = workflow.get();
    return selection.size === 1 ? [...selection][0] : undefined;
  }

  const definitionAtCard: Subgraphs["definitionOf"] = (id) => definitionAt(whole(), [...workflow.get().path, id]);

  /** The instance that is meant, or a message that there is none. */
  function instance(id = selected()): string | undefined {
    if (id !== undefined && definitionAtCard(id)) return id;
    messages.say("Select a subgraph first.", {
      tone: "error",
      more: "Or double-click one to open it.",
      about: "subgraph",
    });
    return undefined;
  }

  function middle(ids: readonly string[], level: WorkflowJson): Point {
    const places = ids.map((id) => placeOf(level, id));
    const mean = (along: "x" | "y") => Math.round(places.reduce((sum, place) => sum + place[along], 0) / places.length);
    return { x: mean("x"), y: mean("y") };
  }

  /** What is open with the selected nodes in a subgraph, and the ids of that; undefined, with a message, if none are selected. */
  function packed() {
    const level = present();
    const ids = [...workflow.get().selection].filter((id) => !isBoundary(level.nodes[id]?.type ?? inputsOnly));
    if (ids.length === 0) {
      messages.say("Select the nodes of the subgraph first.", { tone: "error", about: "subgraph" });
      return undefined;
    }
    const definitions = whole().definitions ?? {};
    const definition = freeId("subgraph", definitions);
    const titles = new Set(Object.values(definitions).map(writtenTitle));
    const title = freeTitle(ids.length === 1 ? naming.get().name(ids[0]!) : "Subgraph", titles);
    const id = newId(instanceType("subgraph"), level.nodes);
    // Cards of hand-written files have no places: they stay where they are drawn.
    const layout = Object.fromEntries(Object.keys(level.nodes).map((one) => [one, placeOf(level, one)]));
    const placed = { ...level, layout: { ...level.layout, ...layout } };
    const now = packNodes(placed, new Set(ids), { definition, title, instance: id, place: middle(ids, level) });
    return { now, id, definition };
  }

  /** Packs the selected nodes, in one step with what is to become of the document then. */
  function pack(then: (now: WorkflowJson, id: string, definition: string) => WorkflowJson = (now) => now): void {
    const made = packed();
    if (!made) return;
    const { now, id, definition } = made;
    const { path } = workflow.get();
    workflow.editWhole((before) => then(withLevel(before, path, now), id, definition));
    workflow.select([id]);
    messages.settle("subgraph");
  }

  /** The document in which an instance of the open level runs in rounds, or once. */
  function looping(now: WorkflowJson, id: string, definition: string, loop: LoopKind | undefined): WorkflowJson {
    const { path } = workflow.get();
    const described = loop && describeDefinition(now, definition, environmentFor(undefined, offer.get()));
    const ready = described ? readyForRounds(now, definition, described) : now;
    const level = levelOf(ready, path);
    const node = withLoop(level.nodes[id]!, definition, loop);
    return withLevel(ready, path, { ...level, nodes: { ...level.nodes, [id]: node } });
  }

  function setLoop(id: string, loop: LoopKind | undefined): void {
    workflow.editWhole((now) => looping(now, id, definitionAtCard(id)!.id, loop));
  }

  return {
    definitionOf: definitionAtCard,
    current: () => definitionAt(whole(), workflow.get().path),
    make: () => pack(),
    repeat() {
      const id = selected();
      if (id !== undefined && definitionAtCard(id)) setLoop(id, "repeat");
      else pack((now, id, definition) => looping(now, id, definition, "repeat"));
    },
    setLoop,
    open(id) {
      const found = instance(id);
      if (found === undefined) return;
      workflow.enter([...workflow.get().path, found]);
    },
    leave(depth) {
      const { path } = workflow.get();
      const left = path[depth ?? path.length - 1];
      workflow.enter(path.slice(0, depth ?? -1));
      if (left !== undefined) workflow.select([left]);
    },
    unpack(id) {
      const found = instance(id);
      if (found === undefined) return;
      const level = present();
      if (loopOf(level.nodes[found]!.type)) {
        messages.say("A loop cannot be unpacked.", {
          tone: "error",
          more: "Let it run once first.",
          about: "subgraph",
        });
        return;
      }
      const { id: definition, definition: inside } = definitionAtCard(found)!;
      const unpacked = unpackedAt(level, found, inside, boxesOn(canvas));
      if (!unpacked) return;
      const { path } = workflow.get();
      workflow.editWhole((now) => withoutUnused(withLevel(now, path, unpacked.workflow), definition));
      workflow.select(unpacked.ids);
      void canvas.get().view?.reveal(...unpacked.ids);
    },
    rename(definition, title) {
      workflow.editWhole(
        (now) => withDefinition(now, definition, { ...now.definitions![definition]!, title }),
        `title of ${definition}`,
      );
    },
    addPort: (definition, side) =>
      workflow.editWhole((now) => addPort(now, definition, side, side === "inputs" ? "input" : "output")),
    movePort: (definition, side, name, by) => workflow.editWhole((now) => movePort(now, definition, side, name, by)),
    renamePort: (definition, side, from, to) =>
      workflow.editWhole((now) => renamePort(now, definition, side, from, to)),
    download(definition) {
      const file = subgraphFile(whole(), definition);
      browser.download(`${fileNameOf(file.meta, definition)}.json`, JSON.stringify(file, null, 2));
    },
    async insert(file) {
      const { document, problems } = parseDocument(await file.text());
      if (!document) {
        const [first] = problems;
        messages.say(`${file.name}: ${first?.message ?? "This is not a workflow."}`, {
          tone: "error",
          more: first?.remedy ?? "Choose a file that Clipwork has saved.",
        });
        return;
      }
      const found = takeDefinition(present(), document.json);
      if (!found) {
        messages.say(`${file.name}: This workflow has no nodes.`, {
          tone: "error",
          more: "Choose a workflow that has some.",
        });
        return;
      }
      const { workflow: taken, definition } = found;
      if (wouldNest([instanceType(definition)], taken, workflow, messages)) return;
      const id = newId(instanceType(definition), taken.nodes);
      const wanted = canvas.get().view?.middle().place ?? { x: 0, y: 0 };
      const node = { type: instanceType(definition), version: 1 };
      workflow.edit(() => addNode(taken, id, node, freePlace(canvas, wanted)));
      workflow.select([id]);
    },
  };
}

/** Stands for the type of a node that is not there. */
const inputsOnly = "boundary.in";

function freeId(wanted: string, taken: object): string {
  return freeName(wanted, (id) => Object.hasOwn(taken, id));
}

function freeTitle(wanted: string, taken: ReadonlySet<string | undefined>): string {
  let title = wanted;
  for (let count = 2; taken.has(title); count++) title = `${wanted} ${count}`;
  return title;
}
