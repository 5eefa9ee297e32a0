import assert from "node:assert/strict";
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  describePlan,
  type Environment,
  expandPlan,
  memoryCache,
  parseDocument,
  run,
  validate,
} from "@clipwork/engine";
import { sha256 } from "@clipwork/engine/testing";
import { readManifest } from "@clipwork/models";
import { catalogue, type NodeServices, packFacts } from "@clipwork/nodes";

const root = join(import.meta.dirname, "..", "..");
const archive = join(root, "workflows", "archive");

/** Items and a digest of their fingerprints, by node. */
type Fingerprints = { readonly [node: string]: { readonly items: number; readonly digest: string } };

const read = (...path: string[]) => readFileSync(join(...path), "utf8");
const { stages, ...facts } = packFacts({
  manifest: readManifest(JSON.parse(read(root, "packs", "toybox", "manifest.json"))),
});
/** Today's catalogue and types. Weights and machine are held fixed: they are not what the archive is about. */
const environment: Environment<NodeServices> = {
  catalogue,
  packs: {
    toybox: { ...facts, stages: Object.fromEntries(Object.keys(stages).map((name) => [name, `frozen ${name}`])) },
  },
  files: {},
  numerics: "archive",
  hash: sha256,
};

function planOf(text: string, targets?: readonly string[]) {
  const { document, problems } = parseDocument(text);
  assert.deepEqual(problems, []);
  const { plan, problems: found } = validate(document!, environment, targets ? { targets } : {});
  assert.deepEqual(found, []);
  return plan!;
}

/** The fingerprints of all nodes. The nodes that only make lists are run: how long a list is decides what is behind it. */
async function fingerprintsOf(text: string): Promise<Fingerprints> {
  const plan = planOf(text);
  const cache = memoryCache();
  const lists = plan.nodes.filter(({ definition: { type } }) => type.startsWith("list.")).map(({ id }) => id);
  if (lists.length > 0) {
    const options = { runId: "archive", cache, services: {} as NodeServices, clock: () => 0, emit: () => {} };
    assert.equal((await run(planOf(text, lists), options)).status, "finished");
  }
  const keys = describePlan(await expandPlan(plan, cache));
  return Object.fromEntries(
    [...keys].map(([id, { keys }]) => [id, { items: keys.length, digest: sha256(keys.join("\n")) }]),
  );
}

/** The nodes whose type has a newer version today, with all that stand behind them. */
function changed(text: string): Set<string> {
  const { nodes } = parseDocument(text).document!;
  const plan = planOf(text);
  const found = new Set<string>();
  for (const { id, definition, links } of plan.nodes)
    if (definition.version > nodes.get(id)!.version || links.some(({ source }) => found.has(plan.nodes[source]!.id)))
      found.add(id);
  return found;
}

const folders = readdirSync(archive, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

test("the archive holds what was shipped with 0.1", () => {
  const files = globSync("0.1/*.json", { cwd: archive }).map((file) => file.slice("0.1/".length));
  assert.deepEqual(files.sort(), [
    "fingerprints.json",
    "guidance-sweep.json",
    "seeds-grid.json",
    "text-to-image-256.json",
    "text-to-image.json",
  ]);
});

for (const folder of folders) {
  const names = globSync("*.json", { cwd: join(archive, folder) }).filter((name) => name !== "fingerprints.json");
  const frozenPath = join(archive, folder, "fingerprints.json");
  if (!existsSync(frozenPath) && process.env.CLIPWORK_FREEZE) {
    const made: { [file: string]: Fingerprints } = {};
    for (const name of names.sort()) made[name] = await fingerprintsOf(read(archive, folder, name));
    writeFileSync(frozenPath, `${JSON.stringify(made, undefined, 2)}\n`);
  }
  const frozen = JSON.parse(readFileSync(frozenPath, "utf8")) as { readonly [file: string]: Fingerprints };

  test(`${folder} has fingerprints for each of its workflows, and for no other`, () => {
    assert.deepEqual(Object.keys(frozen).sort(), names.sort());
  });

  for (const name of names) {
    test(`${folder}/${name} validates today and gives the fingerprints that it gave, or a newer version says why not`, async () => {
      const text = read(archive, folder, name);
      const now = await fingerprintsOf(text);
      const then = frozen[name]!;
      assert.deepEqual(Object.keys(now).sort(), Object.keys(then).sort());
      const honest = changed(text);
      for (const [id, fingerprint] of Object.entries(then)) {
        if (honest.has(id)) assert.notDeepEqual(now[id], fingerprint, id);
        else assert.deepEqual(now[id], fingerprint, id);
      }
    });
  }
}

test("a fingerprint of the archive stands for what its node computes", async () => {
  const text = read(archive, "0.1", "seeds-grid.json");
  const then = await fingerprintsOf(text);
  assert.deepEqual([then.decode!.items, then.grid!.items], [16, 1]);
  const differing = async (from: string, to: string) => {
    assert.ok(text.includes(from), from);
    const now = await fingerprintsOf(text.replace(from, to));
    return Object.keys(then).filter((id) => now[id]?.digest !== then[id]!.digest);
  };
  assert.deepEqual(await differing('"first": 7', '"first": 8'), ["seeds", "decode", "grid"]);
  assert.deepEqual(await differing('"title": "Sixteen seeds"', '"title": "Seeds"'), []);
});
