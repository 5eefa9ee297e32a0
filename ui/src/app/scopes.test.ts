// Every button of the page that asks the server for something that needs a scope is disabled, with the reason, for whoever has not that scope.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccessReply } from "@clipwork/server/wire";
import type { ComponentType } from "react";
import { setTitle } from "../document/edit.ts";
import { whyNot } from "../editor/offer.ts";
import { neededScopes } from "../editor/within-scope.ts";
import { commandsFor } from "../keys/table.ts";
import { menus } from "../menus/index.ts";
import { entryOf } from "../menus/menu-kind.ts";
import { takeButtons } from "../testing/drawn-buttons.ts";
import { karlo } from "../testing/fake-models.ts";
import { FakeServer } from "../testing/fake-server.ts";
import { pictureOutput } from "../testing/outputs.ts";
import { html } from "../testing/render.ts";
import { settled, startEditor } from "../testing/start-editor.ts";

const { TopBar } = await import("./top-bar.tsx");
const { TabStrip } = await import("./tab-strip.tsx");
const { Behind } = await import("./behind.tsx");
const { dialogs } = await import("../dialogs/index.ts");
const { DocumentCard } = await import("../dialogs/document-card.tsx");
const { SweepDialog } = await import("../dialogs/sweep.tsx");
const { sidePanels } = await import("../panels/index.ts");

type Scope = AccessReply["scope"];
const scopes = ["view", "run", "edit", "administer"] as const satisfies readonly Scope[];

/** A page with a document on the server, a node selected, and runs that have ended, run and wait; packs, and jobs of each state. */
async function start(scope: Scope) {
  const server = new FakeServer();
  const { editor } = await startEditor({ server });
  editor.workflow.edit((now) => setTitle(now, "Ours"));
  await editor.files.save();
  const runs: string[] = [];
  for (let i = 0; i < 3; i++) {
    runs.push((await editor.runs.submit())!);
    if (i === 0) server.log(runs[0]!, { event: "run.started", nodes: 1 });
    if (i === 0) server.finishWith(runs[0]!, pictureOutput({ picture: "b".repeat(64) }));
    if (i === 1) server.log(runs[1]!, { event: "run.started", nodes: 1 });
    await settled();
  }
  server.models.now = {
    ...server.models.now,
    packs: [{ ...karlo, removable: true }],
    jobs: (["asking", "working", "failed"] as const).map((state) => ({
      ...({ id: state, kind: "add", subject: "o/n" } as const),
      ...{ state, doing: "downloading" },
    })),
    downloads: [{ id: "c".repeat(64), source: "o/n", bytes: 5 }],
  };
  await editor.models.load();
  editor.workflow.select(["paint"]);
  server.may = scopes.slice(0, scopes.indexOf(scope) + 1);
  await editor.offer.load();
  return { editor, server, runs };
}

type Page = Awaited<ReturnType<typeof start>>;
type Pressable = { readonly label: string; readonly disabled: boolean; readonly why: string; press(): void };

const buttonsOf = <P extends object>({ editor }: Page, Component: ComponentType<P>, props: P): readonly Pressable[] => {
  takeButtons();
  html(editor, Component, props, commandsFor(sidePanels, dialogs));
  return takeButtons().map((button) => ({ ...button, why: button.title }));
};

type Part = (page: Page) => readonly Pressable[] | Promise<readonly Pressable[]>;

/** What can be pressed on each part of the page. */
const parts: { readonly [name: string]: Part } = {
  "the bar": (page) => buttonsOf(page, TopBar, {}),
  "the tabs": (page) => buttonsOf(page, TabStrip, {}),
  "a document that is behind": async (page) => {
    page.server.workflows.saveElsewhere(page.editor.workflow.get().id);
    await settled();
    return buttonsOf(page, Behind, {});
  },
  "a document": (page) => {
    const { id, title, saved } = { ...page.editor.workflow.get(), title: "Ours", saved: 1 };
    const document = { id, title, revision: saved, created: 1, updated: 1 };
    return buttonsOf(page, DocumentCard, { document, onChanged: () => {}, onHistory: () => {} });
  },
  "the sweep": (page) => {
    page.editor.screen.show({ sweep: { node: "paint", port: "seed" } });
    return buttonsOf(page, SweepDialog, {});
  },
  ...Object.fromEntries(
    dialogs.map(({ label, Dialog }) => [`the dialog ${label}`, (page: Page) => buttonsOf(page, Dialog, {})]),
  ),
  ...Object.fromEntries(
    sidePanels.map(({ label, Panel }) => [`the panel ${label}`, (page: Page) => buttonsOf(page, Panel, {})]),
  ),
  ...Object.fromEntries(
    menus.map((menu) => [
      `the menu of a ${menu.id}`,
      (page: Page) => {
        const abouts = { run: page.runs, tab: [page.editor.workflow.get().id], canvas: ["canvas"] }[menu.id] ?? [
          "paint",
        ];
        const commands = commandsFor(sidePanels, dialogs);
        const tools = {
          ...{ editor: page.editor, at: { x: 0, y: 0 } },
          command: (label: string) => entryOf(commands, label, page.editor),
        };
        return abouts
          .flatMap((about) => menu.entries(about, tools).flat())
          .map(({ label, refused, run }) => ({
            label,
            disabled: refused !== undefined,
            why: refused ?? "",
            press: run,
          }));
      },
    ]),
  ),
};

/** Presses it, and gives the scopes of what the server was asked for then. */
async function scopesAsked({ server }: Page, { press }: Pressable): Promise<readonly Scope[]> {
  server.asked.length = 0;
  try {
    press();
  } catch (error) {
    // It reaches for an element, which is not there without a browser: it asks for a file, say.
    if (!/of null/.test((error as Error).message)) throw error;
  }
  for (let turn = 0; turn < 4; turn++) await settled();
  return server.asked.flatMap((name) => neededScopes[name as keyof typeof neededScopes] ?? []);
}

/** What is said of a button that whoever has no more than that scope can press to no avail; undefined if it is well. */
async function wrongFor(scope: Scope, part: Part, button: Pressable, needs: readonly Scope[]) {
  const page = await start(scope);
  const same = (await part(page)).filter(({ label }) => label === button.label);
  const reasons = needs.map((one) => whyNot(page.editor.offer.get(), one));
  for (const one of same) {
    if (one.disabled) {
      if (!reasons.includes(one.why)) return `does not say why: “${one.why}”`;
      continue;
    }
    // What can be done with less, as a run that nobody keeps a revision of, is not refused.
    await scopesAsked(page, one);
    if (page.editor.messages.get().some(({ text }) => text.startsWith("Your token"))) return "leads to a refusal";
  }
  return undefined;
}

test("every button and entry that asks for what needs a scope is disabled, with the reason, for whoever has not that scope", async () => {
  const wrong: string[] = [];
  let found = 0;
  for (const [name, part] of Object.entries(parts)) {
    const count = (await part(await start("administer"))).length;
    for (let i = 0; i < count; i++) {
      const page = await start("administer");
      const button = (await part(page))[i]!;
      const needs = button.disabled ? [] : await scopesAsked(page, button);
      if (needs.length === 0) continue;
      found++;
      const most = scopes.findLast((scope) => needs.includes(scope))!;
      for (const scope of scopes.slice(0, scopes.indexOf(most))) {
        const trouble = await wrongFor(scope, part, button, needs);
        if (trouble) wrong.push(`${name}: ${button.label} ${trouble}, for the scope ${scope}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(found > 28, `only ${found} buttons ask for what needs a scope`);
});
