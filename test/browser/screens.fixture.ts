import type { Page } from "playwright-core";
import { drag, dropWorkflow, type Editor, ended, patience, settled, socketAt } from "./editor.fixture.ts";
import { emptyPlace, placesIn, pointsOf } from "./map.fixture.ts";
import { failing, slow, type workflows, wrong } from "./screen-workflows.fixture.ts";

/** A screen: the workflow whose finished run is open, if any is, and how it is reached from there. */
export type Screen = {
  readonly name: string;
  readonly of?: keyof typeof workflows;
  /** Whether all of the workflow is brought into the window first. */
  readonly whole?: boolean;
  /** What the browser's console may say on the way there. */
  readonly failures?: RegExp;
  go(page: Page, editor: Editor): Promise<unknown>;
};

export const dialog = (label: string | RegExp) => async (page: Page) => {
  await page.getByRole("button", { name: label }).first().click();
  await page.locator("dialog[open]").waitFor();
};
export const key = async (page: Page, pressed: string) => {
  await page.locator(".canvas-area").focus();
  await page.keyboard.press(pressed);
};
export const select = (page: Page, id: string) =>
  page.locator(`.node[data-id="${id}"] .node-header`).click({ force: true });
const look = async (page: Page) => {
  await key(page, "v");
  await page.locator(".zoomable img").waitFor();
};
const compare = async (page: Page) => {
  await look(page);
  await page.getByRole("button", { name: "Compare" }).click();
  await page.locator(".filmstrip button").first().click();
};
export const closely = (node: string) => async (page: Page) => {
  await select(page, node);
  await page.keyboard.press("v");
  await page.locator("dialog[open]").waitFor();
};
export const open = (workflow: object) => async (page: Page) => {
  await dropWorkflow(page, workflow);
  await settled(page);
};
const enter = async (page: Page, id: string) => {
  await select(page, id);
  await page.keyboard.press("Alt+o");
  await page.getByRole("navigation", { name: "Open subgraph" }).waitFor();
  await settled(page);
};
const makeSubgraph = async (page: Page) => {
  await key(page, "Control+a");
  await page.keyboard.press("Alt+g");
  await page.locator('.node[data-id="subgraph"]').waitFor();
};
const openForm = async (page: Page) => {
  await key(page, "Control+s");
  const path = await page.locator('.elsewhere a[href^="/form/workflows/"]').getAttribute("href");
  await page.goto(new URL(path!, page.url()).href);
};
/** In a narrow window the panel is a sheet: as far down in it as that part is. */
const scrollTo = (page: Page, part: string) => page.locator(part).first().scrollIntoViewIfNeeded();

export const screens: readonly Screen[] = [
  { name: "start", go: async () => {} },
  {
    name: "auto",
    go: async (page) => {
      await page.getByRole("checkbox", { name: /^Run what takes little/ }).check();
      await page.getByText(/waits? for Run/).waitFor({ timeout: patience });
      await scrollTo(page, ".auto-part");
    },
  },
  {
    name: "live",
    of: "picture",
    go: async (page) => {
      await page.getByRole("button", { name: "Live", exact: true }).click();
      await page.waitForTimeout(3000);
    },
  },
  {
    name: "running",
    go: async (page) => {
      await open(slow)(page);
      await page.locator("#setting\\:seed").fill(String(Math.floor(performance.now())));
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.locator('.node[data-id="decode"] .preview > img').waitFor({ timeout: patience });
    },
  },
  {
    name: "queue",
    go: async (page) => {
      await open(slow)(page);
      await page.locator("#setting\\:seed").fill(String(Math.floor(performance.now())));
      await page.locator("#tab-runs").click();
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.locator(".running-row").waitFor({ timeout: patience });
      for (let i = 0; i < 2; i++) {
        await page.getByRole("button", { name: "Run", exact: true }).click();
        await page.locator(".queue-row").nth(i).waitFor();
      }
      await page.getByRole("button", { name: "Pause the queue" }).click();
    },
  },
  { name: "editor", of: "picture", whole: false, go: async () => {} },
  { name: "whole", of: "picture", go: async () => {} },
  {
    name: "arrange",
    of: "picture",
    go: (page) => page.getByRole("button", { name: "Arrange what is exposed" }).click(),
  },
  { name: "elsewhere", of: "picture", go: (page) => scrollTo(page, ".elsewhere") },
  { name: "node", of: "picture", go: (page) => select(page, "decode") },
  { name: "many", of: "picture", go: (page) => key(page, "Control+a") },
  { name: "runs", of: "picture", go: (page) => page.locator("#tab-runs").click() },
  { name: "outline", of: "picture", go: (page) => page.locator("#tab-outline").click() },
  { name: "folded", of: "picture", go: (page) => key(page, "\\") },
  { name: "search", of: "picture", go: (page) => key(page, "Tab") },
  { name: "templates", of: "picture", go: dialog(/^Templates/) },
  { name: "models", of: "picture", go: dialog(/^Models/) },
  {
    name: "model-pack",
    of: "picture",
    go: async (page) => {
      await dialog(/^Models/)(page);
      await page.getByRole("link", { name: "toybox" }).click();
      await page.getByRole("heading", { name: "Used in" }).waitFor();
    },
  },
  { name: "node-packs", of: "picture", go: (page) => key(page, "p") },
  {
    name: "node-pack",
    of: "picture",
    go: async (page) => {
      await key(page, "p");
      await page.getByRole("link", { name: "clipwork-nodes-duotone" }).click();
      await page.locator("details.node-type > summary").click();
    },
  },
  {
    name: "models-licence",
    of: "picture",
    go: async (page) => {
      // Those that other windows asked for.
      const jobs = new URL("/api/v1/models/jobs", page.url()).href;
      for (const { id } of (await (await page.request.get(jobs)).json()).jobs) {
        await page.request.post(`${jobs}/${id}/cancel`);
        await page.request.delete(`${jobs}/${id}`);
      }
      await dialog(/^Models/)(page);
      await page.getByLabel(/^Add from/).fill("someone/small-karlo");
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await page.locator(".model-licence").waitFor();
    },
  },
  { name: "documents", of: "picture", go: dialog(/^Documents/) },
  {
    name: "versions",
    of: "picture",
    go: async (page) => {
      for (const caption of ["a blue ball", "a green cone"]) {
        await page.locator("#setting\\:prompt").fill(caption);
        await page.keyboard.press("Control+s");
        await page
          .getByText(/^Saved “/)
          .first()
          .waitFor();
        await page.locator('.saved-mark[data-standing="saved"]').waitFor({ state: "attached" });
      }
      await dialog(/^Documents/)(page);
      await page
        .getByLabel(/^Versions of/)
        .first()
        .click({ force: true });
      await page.locator(".history-list li").nth(1).waitFor();
      await page.locator(".differences li").first().waitFor();
    },
  },
  { name: "shortcuts", of: "picture", go: dialog(/^Shortcuts/) },
  {
    name: "menu",
    of: "picture",
    go: (page) => page.locator('.node[data-id="decode"] .node-header').click({ button: "right", force: true }),
  },
  {
    name: "menu-canvas",
    of: "picture",
    go: async (page) => {
      const box = (await page.locator(".canvas-area").boundingBox())!;
      await page.mouse.click(box.x + box.width / 2, box.y + box.height - 60, { button: "right" });
    },
  },
  { name: "look", of: "picture", go: look },
  { name: "numbers", of: "picture", go: closely("prior") },
  {
    name: "dock",
    of: "picture",
    go: async (page) => {
      await look(page);
      // A narrow window has no room beside the canvas.
      if (page.viewportSize()!.width > 960) await page.getByRole("button", { name: "Dock" }).click();
    },
  },
  { name: "compare", of: "picture", go: compare },
  {
    name: "beside",
    of: "picture",
    go: async (page) => {
      await compare(page);
      await page.getByRole("button", { name: "Side by side" }).click();
    },
  },
  {
    name: "sweep",
    of: "picture",
    go: async (page) => {
      await select(page, "decode");
      await page.getByLabel("Sweep seed").click();
      await page.locator("dialog[open]").waitFor();
    },
  },
  {
    name: "profile",
    of: "picture",
    go: async (page) => {
      await page.locator("#tab-runs").click();
      const run = page.locator(`.run-row[data-run="${new URL(page.url()).hash.slice("#run=".length)}"]`);
      await run.getByRole("button", { name: /^Where the time of / }).click();
      await page.locator(".profile canvas").waitFor();
    },
  },
  {
    name: "group",
    of: "picture",
    go: async (page) => {
      await key(page, "Control+a");
      await page.keyboard.press("Control+g");
    },
  },
  {
    name: "note",
    of: "picture",
    go: async (page) => {
      await key(page, "Shift+N");
      await page
        .getByLabel("Text of the note")
        .fill("# What is seen here\n\nA **caption**, and its picture.\n\n- one\n- two");
      await page.keyboard.press("Escape");
      await settled(page);
    },
  },
  { name: "subgraph", of: "picture", go: makeSubgraph },
  {
    name: "inside",
    of: "picture",
    go: async (page) => {
      await makeSubgraph(page);
      await page.keyboard.press("Alt+o");
      await settled(page);
    },
  },
  {
    name: "linking",
    of: "picture",
    go: async (page) => {
      const from = await socketAt(page, "prior.embedding", "output");
      await drag(page, from, { x: from.x - 100, y: from.y + 200 });
    },
  },
  { name: "loop", of: "loop", go: (page) => select(page, "vary") },
  { name: "rounds", of: "loop", go: (page) => enter(page, "vary") },
  { name: "map-card", of: "map", go: (page) => select(page, "map") },
  { name: "map", of: "map", go: closely("map") },
  {
    name: "map-place",
    of: "map",
    go: async (page) => {
      await closely("map")(page);
      await page.locator(".map-canvas canvas").waitFor();
      const { points } = await pointsOf(page);
      const { x, y } = (await placesIn(page, points))(emptyPlace(points));
      await page.mouse.click(x, y);
      await page.getByRole("button", { name: "Add the nodes" }).click();
      await page.locator('.map-side [data-part="place"] img').waitFor({ timeout: patience });
    },
  },
  {
    name: "mask",
    of: "mask",
    go: async (page) => {
      await select(page, "mask");
      await page.getByRole("button", { name: "Paint", exact: true }).click();
      await page.locator(".painter-paper canvas").waitFor();
    },
  },
  { name: "new", of: "picture", go: (page) => page.getByRole("button", { name: /^New workflow/ }).click() },
  {
    name: "problems",
    go: async (page) => {
      await open(wrong)(page);
      await page.getByRole("heading", { name: "Problems", exact: true }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: "failed",
    go: async (page) => {
      await open(failing)(page);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await ended(page);
    },
  },
  { name: "import", go: open({ last_node_id: 3, nodes: [] }) },
  {
    name: "form",
    go: async (page, { url }) => {
      await page.goto(new URL("/form/templates/text-to-image-256", url).href);
      await page.locator("#setting\\:prompt").waitFor();
    },
  },
  {
    name: "form-done",
    go: async (page, { url }) => {
      await page.goto(new URL("/form/templates/text-to-image-256", url).href);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.locator(".form-output a img").waitFor({ timeout: patience });
    },
  },
  {
    name: "form-mask",
    of: "mask",
    go: async (page) => {
      await openForm(page);
      await page.getByRole("button", { name: "Paint", exact: true }).waitFor();
    },
  },
  {
    name: "form-painter",
    of: "mask",
    go: async (page) => {
      await openForm(page);
      await page.getByRole("button", { name: "Paint", exact: true }).click();
      await page.locator(".painter-paper canvas").waitFor();
    },
  },
  {
    name: "form-missing",
    failures: /404/,
    go: async (page, { url }) => {
      await page.goto(new URL("/form/workflows/00000000-0000-4000-8000-000000000000", url).href);
      await page.getByText("There is no workflow at this address").waitFor();
    },
  },
  {
    name: "report",
    of: "picture",
    go: async (page, { url }) => {
      const run = new URL(page.url()).hash.slice("#run=".length);
      // It is a file to keep: seen as somebody sees it who has been sent it.
      const html = await (await page.request.get(new URL(`/api/v1/runs/${run}/report`, url).href)).text();
      await page.goto("about:blank");
      await page.setContent(html);
    },
  },
];
