import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { WorkflowJson } from "@clipwork/engine";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";

const root = join(import.meta.dirname, "..", "..");

/** Milliseconds that a picture may take on a machine that is busy with other things. */
export const patience = 120_000;

/** How many times slower the page computes than it could: what holds there holds on a busy machine, too. */
const slower = Number(process.env.CLIPWORK_SLOWER ?? 1);

/** A server of its own on an empty data folder, and a browser. */
export type Editor = {
  readonly url: string;
  /** The server's data folder. */
  readonly data: string;
  /** Of the server's first process. */
  readonly pid: number;
  readonly browser: Browser;
  /**
   * A visitor who was never here before. `faults` gathers what the page's console calls an error. Unless `moving`, the visitor has
   * asked for less motion: the canvas is where it will be at once.
   */
  visit(options?: Visitor): Promise<Visit>;
  /** Kills the server as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again, under the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

type Serving = ChildProcessByStdio<null, Readable, null>;

type Visitor = {
  readonly dark?: boolean;
  readonly wide?: boolean;
  /** On a small screen, with fingers. */
  readonly phone?: boolean;
  readonly moving?: boolean;
  /** Whether all of the first workflow is brought into the window. Unless it is false, it is. */
  readonly whole?: boolean;
};

export type Visit = { readonly page: Page; readonly context: BrowserContext; readonly faults: string[] };

type Setup = {
  /** A node pack. */
  readonly nodes?: string;
  /** The data folder's. */
  readonly configuration?: object;
  readonly environment?: NodeJS.ProcessEnv;
};

/** Starts the server as a user does, without what this machine's user has set up, and a headless browser. */
export async function startEditor({ nodes = "", configuration, environment }: Setup = {}): Promise<Editor> {
  const data = mkdtempSync(join(tmpdir(), "clipwork-browser-"));
  if (configuration) writeFileSync(join(data, "config.json"), JSON.stringify(configuration));
  const env = { CLIPWORK_NODES: nodes, ...environment };
  let { child, url } = await serve(data, env, "0");
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  };
  const executablePath = process.env.CLIPWORK_CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  return {
    url,
    data,
    pid: child.pid!,
    browser,
    async visit({ dark = false, wide = false, phone = false, moving = false, whole = true } = {}) {
      const desk = wide ? { width: 1920, height: 1080 } : { width: 1280, height: 720 };
      const held = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
      const colorScheme = dark ? "dark" : "light";
      const reducedMotion = moving ? "no-preference" : "reduce";
      const context = await browser.newContext({ ...(phone ? held : { viewport: desk }), colorScheme, reducedMotion });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(String(error.stack)));
      page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
      page.setDefaultTimeout(20_000 * slower);
      if (slower > 1)
        await (await context.newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: slower });
      await page.goto(url);
      await page.locator(".node").first().waitFor();
      await settled(page);
      // Tests point at all of the nodes; a workflow opens with its start in view.
      if (whole && !phone) await page.getByTitle("Show everything (.)").click();
      return { page, context, faults };
    },
    kill: () => end("SIGKILL"),
    async restart() {
      ({ child } = await serve(data, env, new URL(url).port));
    },
    async close() {
      await browser.close();
      await end("SIGTERM");
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** A server's process, once it answers at its address. */
async function serve(
  data: string,
  environment: NodeJS.ProcessEnv,
  port: string,
): Promise<{ child: Serving; url: string }> {
  const main = join(root, "server", "src", "cli", "start.mjs");
  const child = spawn(process.execPath, [main, "serve", "--port", port, "--data", data], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, CLIPWORK_PACKS: "", ...environment },
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /https?:\/\/\S+/.exec(line)?.[0];
      if (found) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`The server ended with code ${code}.`)));
  });
  return { child, url };
}

/** Waits until the workflow that was opened is shown: before that its nodes move under the mouse. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.canvas-area[aria-busy="false"]').waitFor();
}

/** Opens an empty workflow, by the mouse. */
export async function newWorkflow(page: Page): Promise<void> {
  await page.getByLabel("New workflow").click();
  await page.locator(".canvas-empty").waitFor();
  await settled(page);
}

/** The document in front, as the page keeps it in its browser. */
export async function documentOf(page: Page, ready: (document: WorkflowJson) => boolean): Promise<WorkflowJson> {
  const read = () =>
    page.evaluate(async () => {
      const ask = <T>(asked: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          asked.onsuccess = () => resolve(asked.result);
          asked.onerror = () => reject(asked.error);
        });
      const database = await ask(indexedDB.open("clipwork", 1));
      try {
        const read = (key: string) => ask(database.transaction("drafts").objectStore("drafts").get(key));
        const name = sessionStorage.getItem("clipwork.page");
        const { front } = (await read(`page ${name}`)) ?? {};
        return (await read(`draft ${name} ${front}`))?.document ?? null;
      } finally {
        database.close();
      }
    });
  let document: WorkflowJson | null = null;
  for (const end = Date.now() + 10_000; Date.now() < end; await page.waitForTimeout(50)) {
    document = await read();
    if (document && ready(document)) return document;
  }
  return assert.fail(`The document never became so: ${JSON.stringify(document)}`);
}

/** The middle of a socket in the window, once it stands still. */
export async function socketAt(page: Page, end: string, side: "input" | "output"): Promise<Middle> {
  await settled(page);
  return middleOf(page.locator(`.socket[data-socket="${end}"][data-side="${side}"]`));
}

/** The middle of an element in the window, and its size. */
type Middle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** The middle of an element, once it has been in the same place for some frames. */
export function middleOf(of: Locator): Promise<Middle> {
  return of.evaluate(async (element) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const place = () => JSON.stringify(element.getBoundingClientRect());
    for (let same = 0, before = place(); same < 3; ) {
      await frame();
      const now = place();
      same = now === before ? same + 1 : 0;
      before = now;
    }
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2, width, height };
  });
}

type Point = { readonly x: number; readonly y: number };

/** Drags with the mouse as a hand does: down, some way, there, up. */
export async function drag(page: Page, from: Point, to: Point): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}

/** The middle of a link in the window, by the input that it leads to; another share of its length if that is named. */
export function onLink(page: Page, input: string, share = 0.5): Promise<Point> {
  return page.locator(`.link-frame[data-link="${input}"] .link-line`).evaluate((element: SVGPathElement, share) => {
    const { x, y } = element
      .getPointAtLength(element.getTotalLength() * share)
      .matrixTransform(element.getScreenCTM()!);
    return { x, y };
  }, share);
}

/** Links an output to an input by the mouse. */
export async function link(page: Page, from: string, to: string): Promise<void> {
  await drag(page, await socketAt(page, from, "output"), await socketAt(page, to, "input"));
}

/** Drops a file on the canvas. */
export async function drop(page: Page, name: string, type: string, bytes: Uint8Array): Promise<void> {
  const transfer = await page.evaluateHandle(
    ({ name, type, bytes }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(bytes)], name, { type }));
      return data;
    },
    { name, type, bytes: [...bytes] },
  );
  await page.dispatchEvent(".canvas-area", "drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
}

/** Drops a workflow as a JSON file. */
export async function dropWorkflow(page: Page, workflow: unknown): Promise<void> {
  await drop(page, "workflow.json", "application/json", new TextEncoder().encode(JSON.stringify(workflow)));
}

/** Presses Run. */
export async function pressRun(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Run", exact: true }).click();
}

/** Waits until the run has come to its end, and gives how. */
export async function ended(page: Page, timeout = patience): Promise<string> {
  const state = page.locator(".run-state", { hasText: /^(Finished|Failed|Cancelled)$/ });
  await state.waitFor({ timeout });
  return (await state.textContent())!;
}

/** Presses Run, and gives how the run came to its end: one that is in the page's address, and not the one before. */
export async function runToEnd(page: Page): Promise<string> {
  const before = await page.evaluate(() => location.hash);
  await pressRun(page);
  await page.waitForFunction((before) => location.hash !== before, before);
  return ended(page);
}
