// Draws every screen at four widths in both themes, to be looked at, and says what is cut, covered or small on it:
// npm run screens -- FOLDER [WORD ...]
// It ends with 1 if there is such a fault, or a screen could not be reached or drawn.
// A word chooses the screens whose names have it, =NAME that one alone, a number a width, light and dark a theme.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { startHub } from "../../server/src/hub/hub.fixture.ts";
import { dropWorkflow, type Editor, ended, patience, pressRun, settled, startEditor } from "./editor.fixture.ts";
import { lookFaults } from "./look-faults.fixture.ts";
import { states } from "./screen-states.fixture.ts";
import { workflows } from "./screen-workflows.fixture.ts";
import { type Screen, screens } from "./screens.fixture.ts";

const themes = ["light", "dark"] as const;
const [folder = "screens", ...chosen] = process.argv.slice(2);
const words = chosen.filter((word) => Number.isNaN(Number(word)) && !themes.includes(word as "light"));
const numbers = chosen.map(Number).filter((width) => !Number.isNaN(width));
const widths = numbers.length > 0 ? numbers : [390, 768, 1280, 1920];
const inThemes = themes.filter(
  (theme) => chosen.includes(theme) || !chosen.some((one) => themes.includes(one as "light")),
);
const wanted = [...screens, ...states].filter(
  ({ name }) =>
    words.length === 0 || words.some((word) => (word[0] === "=" ? word.slice(1) === name : name.includes(word))),
);

const heightOf = (width: number) => (width < 700 ? 844 : width < 1000 ? 1024 : width < 1500 ? 720 : 1080);

type Runs = { readonly [name: string]: string };

const nodePack = join(import.meta.dirname, "..", "fixtures", "node-pack-example");

/** Runs what the screens show, each once. */
async function runAll(editor: Editor): Promise<Runs> {
  const runs: { [name: string]: string } = {};
  const { page, context } = await editor.visit();
  for (const name of new Set(wanted.map(({ of }) => of))) {
    if (name === undefined) continue;
    await dropWorkflow(page, workflows[name]);
    await page.locator(".document-tab[data-front]", { hasText: workflows[name].meta.title }).waitFor();
    await settled(page);
    const before = page.url();
    if (name === "mask") {
      // What is under a mask has been drawn; the mask itself has not been painted.
      await page.locator('.node[data-id="decode"] .node-header').click();
      await page.getByRole("button", { name: "Run to here" }).click();
    } else await pressRun(page);
    await page.waitForURL((url) => url.href !== before, { timeout: patience });
    await ended(page);
    runs[name] = new URL(page.url()).hash.slice("#run=".length);
  }
  await context.close();
  return runs;
}

async function openRun(page: Page, editor: Editor, run: string): Promise<void> {
  await page.goto(`${editor.url}#run=${run}`);
  await page.reload();
  await page.locator('.node[data-state="finished"], .node[data-state="cached"]').first().waitFor();
  await settled(page);
}

function complain(fault: string): void {
  process.stdout.write(`${fault}\n`);
  process.exitCode = 1;
}

async function draw(
  editor: Editor,
  runs: Runs,
  { name, of, whole = of !== undefined, failures, go }: Screen,
  width: number,
): Promise<void> {
  const { page, context, faults } = await editor.visit({ whole: false, phone: width < 700 });
  page.setDefaultTimeout(patience);
  await page.setViewportSize({ width, height: heightOf(width) });
  if (of === undefined) await page.reload();
  else await openRun(page, editor, runs[of]!);
  await settled(page);
  if (whole) await page.keyboard.press(".");
  await go(page, editor).catch((error: unknown) => complain(`${name} at ${width} was not reached: ${error}`));
  for (const theme of inThemes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`) });
  }
  const unexpected = faults.filter((fault) => !failures?.test(fault));
  for (const fault of [...unexpected, ...(await lookFaults(page))]) complain(`${name} at ${width}: ${fault}`);
  await context.setOffline(false);
  // What still runs or waits is not the next screen's.
  await page.request.patch(`${editor.url}/api/v1/queue`, { data: { paused: false } });
  await page.request.post(`${editor.url}/api/v1/queue/cancel`);
  await context.close();
}

mkdirSync(folder, { recursive: true });
const ends: (() => Promise<void>)[] = [];
const hub = await startHub({ after: (work) => void ends.push(work) });
const editor = await startEditor({
  configuration: { hubHosts: [hub.filesHost], nodePacks: [nodePack, join(folder, "no-such-pack")] },
  environment: { HF_ENDPOINT: hub.endpoint, HF_TOKEN: "", HF_HUB_OFFLINE: "", HF_HUB_CACHE: "/nowhere" },
});
try {
  const runs = await runAll(editor);
  for (const screen of wanted)
    for (const width of widths)
      await draw(editor, runs, screen, width).catch((error: unknown) =>
        complain(`${screen.name} at ${width} was not drawn: ${error}`),
      );
} finally {
  await editor.close();
  for (const end of ends) await end();
}
