import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { clipwork } from "../cli/clipwork.fixture.ts";

const root = join(import.meta.dirname, "..", "..");
const fixtures = join(root, "test", "fixtures");
export const checkpoints = join(fixtures, "checkpoints");

/** A data folder of its own, into which published folders are imported and whose packs workflows run with, by the command line alone. */
export function publishedPacks(name: string) {
  const cwd = mkdtempSync(join(tmpdir(), `clipwork-${name}-`));
  after(() => rmSync(cwd, { recursive: true, force: true }));
  const options = { cwd, packs: "" };
  let runs = 0;

  /** Imports a folder as a pack of that name. */
  const importAs = async (name: string, folder: string, ...more: string[]): Promise<void> => {
    const args = [folder, "--templates", join(fixtures, "templates"), "--copy", "--name", name, ...more];
    const { code, stderr } = await clipwork(["models", "import", ...args], options);
    assert.equal(code, 0, stderr);
  };

  /** Runs a shipped workflow in a folder of its own, whatever comes of it. */
  const start = (workflow: string, ...settings: string[]) => {
    const file = join(root, "workflows", `${workflow}.json`);
    const set = settings.flatMap((setting) => ["--set", setting]);
    return clipwork(["run", file, "--json", "--out", `out-${runs++}`, ...set], options);
  };

  /** Runs a shipped workflow to its one picture: its file, a hash of its pixels, and how many steps each node took that took any. */
  const paint = async (workflow: string, ...settings: string[]) => {
    const { code, last, events, stdout, stderr } = await start(workflow, ...settings);
    assert.deepEqual([code, last().status], [0, "finished"], stdout + stderr);
    const [{ file, pixels }] = last().outputs as unknown as readonly [{ file: string; pixels: string }];
    const progress = events().filter(({ event }) => event === "node.progress");
    return { file, pixels, steps: Object.fromEntries(progress.map(({ node, steps }) => [node, steps])) };
  };

  return { cwd, importAs, start, paint };
}
