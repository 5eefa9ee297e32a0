// Known ways to get a sampler almost right, each planted in a copy of the nodes' source: the parity check must report it.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { type Finding, violations } from "./parity-check.ts";
import { type Stage, stages } from "./toybox-golden.ts";
import { openToybox, toyboxParity } from "./toybox-run.ts";

/** One replacement in one file of nodes/src. The text it replaces must be there. */
type Fault = {
  readonly name: string;
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
  /** Which taught steps are to show it. */
  readonly stage?: Stage;
};

const madeContext = "const made = await models.run({ pack, stage, feeds, signal });";
const givenContext = `const outputs = await models.run({ pack, stage, feeds, signal });
  const { shape, data: given } = outputs.context!;
  const width = shape[2]!;
  const imageTokens = shape[1]! - text.mask.length;`;

const faults: readonly Fault[] = [
  {
    name: "timesteps rounded half up",
    file: "diffusion/schedule.ts",
    right: "roundHalfToEven((count",
    wrong: "Math.round((count",
  },
  {
    name: "x0 clamped to twice the range",
    file: "diffusion/sampler.ts",
    right: "Math.min(Math.max(x0[i]!, -range), range)",
    wrong: "Math.min(Math.max(x0[i]!, -2 * range), 2 * range)",
  },
  {
    name: "the prior's x0 clamped to Karlo's range",
    file: "diffusion/sampler.ts",
    right: "Math.min(Math.max(x0[i]!, -range), range)",
    wrong: "Math.min(Math.max(x0[i]!, -5), 5)",
    stage: "prior",
  },
  {
    name: "x0 not clamped",
    file: "diffusion/sampler.ts",
    right: "  clip(x0, config.clip);",
    wrong: "",
  },
  {
    name: "fixed variance where it was learned",
    file: "diffusion/unclip-sampler.ts",
    right: 'variance === "learned-range"',
    wrong: 'variance !== "learned-range"',
  },
  {
    name: "bounds of the variance exchanged",
    file: "diffusion/unclip-sampler.ts",
    right: "fraction * maxLog + (1 - fraction) * minLog",
    wrong: "fraction * minLog + (1 - fraction) * maxLog",
  },
  {
    name: "variance of the unguided row",
    file: "diffusion/guidance.ts",
    right: "const guided = conditional.slice();",
    wrong: "const guided = unconditional.slice();",
  },
  {
    name: "guidance on the variance too",
    file: "diffusion/guidance.ts",
    right: "i < length;",
    wrong: "i < conditional.length;",
  },
  {
    name: "context with the caption's tokens before the image's",
    file: "decoder/condition.ts",
    right: madeContext,
    wrong: `${givenContext}
  const head = width * imageTokens;
  const data = new Float32Array([...given.subarray(head), ...given.subarray(0, head)]);
  const made = { ...outputs, context: { shape, data } };`,
  },
  {
    name: "image tokens cut from the projection token by token, not channel by channel",
    file: "decoder/condition.ts",
    right: madeContext,
    wrong: `${givenContext}
  const right = (i: number) => given[(i % imageTokens) * width + Math.floor(i / imageTokens)]!;
  const data = given.map((value, i) => (i < imageTokens * width ? right(i) : value));
  const made = { ...outputs, context: { shape, data } };`,
  },
];

/** The decoder at 832.5 and 166.5, where rounding decides; both clamp, guide and draw noise. The prior's x0 is large at first. */
const steps = { prior: [1, 2], decoder: [5, 21], "upsampler-256": [] } as const;

const toybox = await openToybox();
const folder = mkdtempSync(join(tmpdir(), "clipwork-faults-"));
after(async () => {
  await toybox.runner.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The violations at those steps of the nodes in a copy of their source, with the fault if there is one. */
async function violationsWith(copy: string, fault?: Fault) {
  const nodes = join(import.meta.dirname, "..", "..", "nodes");
  const place = join(folder, copy);
  cpSync(join(nodes, "src"), join(place, "src"), { recursive: true });
  cpSync(join(nodes, "package.json"), join(place, "package.json"));
  symlinkSync(join(nodes, "node_modules"), join(place, "node_modules"), "junction");
  if (fault) {
    const path = join(place, "src", fault.file);
    const source = readFileSync(path, "utf8");
    assert.equal(source.split(fault.right).length, 2, `${fault.file} holds "${fault.right}" once`);
    writeFileSync(path, source.replace(fault.right, fault.wrong));
  }
  const { catalogue } = await import(pathToFileURL(join(place, "src", "index.ts")).href);
  const parity = toyboxParity(catalogue, toybox);
  const findings: Finding[] = [];
  for (const stage of fault ? [fault.stage ?? "decoder"] : stages) {
    for (const step of steps[stage]) findings.push(...(await parity.taughtStep(stage, step)));
  }
  return violations(findings);
}

test("a copy without a fault has none", async () => {
  assert.deepEqual(await violationsWith("sound"), []);
});

for (const [i, fault] of faults.entries()) {
  test(`found: ${fault.name}`, async (t) => {
    const found = await violationsWith(`fault-${i}`, fault);
    assert.notEqual(found.length, 0, "the parity check let it pass");
    const [worst] = found.sort((a, b) => b.error / b.bound - a.error / a.bound);
    t.diagnostic(`${worst!.what}: ${worst!.error.toExponential(1)}, allowed ${worst!.bound.toExponential(0)}`);
  });
}
