import { randomInt } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkflowJson } from "@clipwork/engine";
import { type Kill, killAndResume, type LongRun, randomOf, undisturbed } from "../cli/kill.fixture.ts";
import { atMost, type Findings } from "./findings.ts";
import { root, temporaryFolder, workflowFile } from "./places.ts";
import { show, spread } from "./statistics.ts";

/** Milliseconds of work that a kill may cost. */
const budget = 1000;

/** Some seconds each: the caption's 64 pixels, and from the default decoder's picture 256. */
const samplers = [
  { node: "decode", steps: 120, length: 3 * 64 * 64 },
  { node: "enlarge", steps: 60, length: 3 * 256 * 256 },
] as const;

/** The workflow up to that node, which takes so many steps. */
function prepare(cwd: string, { node, steps, length }: (typeof samplers)[number]): LongRun {
  const { nodes, ...rest } = JSON.parse(readFileSync(workflowFile("text-to-image-256"), "utf8")) as WorkflowJson;
  const long = { ...nodes[node]!, params: { ...nodes[node]!.params, steps } };
  const save = { ...nodes.save!, inputs: { image: `${node}.image` } };
  const workflow = `${node}.json`;
  writeFileSync(join(cwd, workflow), JSON.stringify({ ...rest, nodes: { ...nodes, [node]: long, save } }));
  return { cwd, packs: join(root, "packs"), workflow, node, steps, length };
}

/** Kills by SIGKILL at random steps, by turns in decoder and upsampler, and what each cost the next run. */
export async function measure(
  count = 20,
  seed = Number(process.env.CLIPWORK_SEED ?? randomInt(2 ** 31)),
): Promise<Findings> {
  const head = [
    "kills in",
    "of the worker",
    "of the whole command",
    "went on from a checkpoint",
    "done twice, ms",
    "same pixels",
  ];
  if (!existsSync("/proc/self/task"))
    return { head, rows: [], notes: ["Not measured: this system does not tell a process's children in /proc."] };
  const random = randomOf(seed);
  const cwd = temporaryFolder();
  const runs = samplers.map((sampler) => prepare(cwd, sampler));
  const pixels = [];
  for (const run of runs) pixels.push(await undisturbed(run));
  const kills: (Kill & { readonly same: boolean })[] = [];
  for (let i = 0; i < count; i++) {
    const kill = await killAndResume(runs[i % runs.length]!, `data-${i}`, random);
    kills.push({ ...kill, same: kill.pixels === pixels[i % runs.length] });
  }
  const rows = samplers.map(({ node }) => {
    const of = kills.filter((kill) => kill.node === node);
    const number = (which: (kill: (typeof kills)[number]) => boolean) => `${of.filter(which).length}`;
    return [
      `${node}, ${of.length}`,
      number(({ killed }) => killed === "worker"),
      number(({ killed }) => killed === "command"),
      number(({ from }) => from > 0),
      show(spread(of.map(({ redoneMs }) => redoneMs)), 0),
      number(({ same }) => same),
    ];
  });
  const most = kills.reduce((worst, kill) => (kill.redoneMs > worst.redoneMs ? kill : worst));
  const note = `The dearest kill made the next run do ${most.step - most.from} steps again, ${most.redoneMs.toFixed(0)} ms of work, which may be ${atMost(budget, most.redoneMs)}. Seed ${seed}.`;
  return { head, rows, notes: [note] };
}
