import { fork } from "node:child_process";
import { join } from "node:path";
import { type RefusedNodePack, refusal } from "./node-library.ts";

/** What a pack's module said of itself, or why the pack is refused. */
export type Trial =
  | { readonly name: string; readonly version: string; readonly types: readonly string[] }
  | { readonly refused: string };

/** Milliseconds within which a pack loads, in a process that has to start first. */
const limit = 30_000;
/** Milliseconds within which the process ends once the pack is loaded, and its output once it ended: loading leaves nothing running. */
const grace = 10_000;

/**
 * Loads node packs in processes of their own first, so that one which loops, ends the process or prints while it is loaded harms no command.
 * Returns the places of those that may be loaded here, and why each other one is refused.
 */
export async function tryNodePacks(
  places: readonly string[],
  most: { readonly limit?: number; readonly grace?: number } = {},
): Promise<{ readonly places: readonly string[]; readonly refused: readonly RefusedNodePack[] }> {
  const trials = await Promise.all(places.map((place) => tryNodePack(place, most)));
  return {
    places: places.filter((_, i) => !("refused" in trials[i]!)),
    refused: places.flatMap((place, i) => {
      const trial = trials[i]!;
      return "refused" in trial ? [{ place, problem: refusal(place, trial.refused) }] : [];
    }),
  };
}

/** Loads one node pack in a process of its own. */
export function tryNodePack(
  place: string,
  most: { readonly limit?: number; readonly grace?: number } = {},
): Promise<Trial> {
  const [toLoad, toEnd] = [most.limit ?? limit, most.grace ?? grace];
  const child = fork(join(import.meta.dirname, "trial-main.ts"), [place, String(toLoad + toEnd)], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let printed = "";
  let said: Trial | undefined;
  let late = false;
  let endedItself = false;
  const end = () => {
    late = true;
    child.kill("SIGKILL");
    // A process that the pack started may hold them open for ever.
    child.stdout!.destroy();
    child.stderr!.destroy();
  };
  let timer = setTimeout(end, toLoad);
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    printed = (printed + text).slice(0, 60);
  });
  // Warnings of Node itself, and what a fault would leave there.
  child.stderr!.resume();
  child.on("message", (trial: Trial) => {
    said = trial;
    clearTimeout(timer);
    timer = setTimeout(end, toEnd);
  });
  child.once("exit", () => {
    endedItself = !late;
    clearTimeout(timer);
    timer = setTimeout(end, toEnd);
  });
  return new Promise((resolve) => {
    const settle = (trial: Trial) => {
      clearTimeout(timer);
      resolve(trial);
    };
    child.once("error", ({ message }) => settle({ refused: message }));
    child.once("close", (code) => {
      if (said && "refused" in said) settle(said);
      else if (printed !== "") settle({ refused: `it prints while it is loaded: ${JSON.stringify(printed.trim())}` });
      else if (late && said) settle({ refused: "it leaves something running, such as a timer, a server or a process" });
      else if (late && !endedItself) settle({ refused: `it did not load within ${toLoad / 1000} s` });
      else settle(said ?? { refused: `it ended the process while it was loaded, with the code ${code}` });
    });
  });
}
