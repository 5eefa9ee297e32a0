// `npm run soak [runs] [seed]`: a server that runs thousands of workflows, while its pack is replaced and it may keep little. Prints what it has
// after each fifty runs, and fails if something grows that should not, if a run fails, or if none ends any more. Linux alone tells its figures.
import { complaints } from "./judge.ts";
import { type Sample, soak } from "./soak.ts";

const [runs = "5000", given] = process.argv.slice(2);
const seed = given === undefined ? Date.now() % 2 ** 31 : Number(given);
/** Runs of a window; the first is left out. */
const window = 500;
const cleanups: (() => unknown)[] = [];
const tell = (text: string) => process.stdout.write(`${text}\n`);
const show = ({ runs, kept, resident, open, files, bytes }: Sample) => {
  const parts = (["values", "artifacts", "others"] as const).map(
    (kind) => `${kind} ${files[kind]} of ${(bytes[kind] / 2 ** 20).toFixed(1)} MiB`,
  );
  tell(
    `${runs} runs: ${kept.toFixed(1)} MB kept, ${resident.toFixed(0)} MB resident, ${open} open; ${parts.join(", ")}`,
  );
};
tell(`seed ${seed}`);
const context = { after: (work: () => unknown) => void cleanups.push(work) } as never;
try {
  const { samples, ended, replaced } = await soak(context, { runs: Number(runs), each: 50, seed, tell: show });
  const found = complaints(samples, { from: window, window });
  tell(`${JSON.stringify(ended)}, the pack was replaced ${replaced} times`);
  for (const one of found) tell(`✖ ${one}`);
  if (found.length === 0) tell("✔ nothing grows");
  process.exitCode = found.length > 0 ? 1 : 0;
} finally {
  for (const clean of cleanups) await clean();
}
