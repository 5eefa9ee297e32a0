import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { freemem, tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { freeMemory } from "./free-memory.ts";

/** What is free on a system with 1000 bytes free and these files. */
function freeWith(context: TestContext, files: { readonly [path: string]: string }): number {
  const root = mkdtempSync(join(tmpdir(), "clipwork-groups-"));
  context.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return freeMemory({ system: () => 1000, root });
}

test("without a limit it is what the system has", (context) => {
  assert.equal(freeWith(context, {}), 1000);
  assert.equal(
    freeWith(context, {
      "proc/self/cgroup": "0::/\n",
      "sys/fs/cgroup/memory.max": "max\n",
      "sys/fs/cgroup/memory.current": "900\n",
    }),
    1000,
  );
});

test("a control group leaves its limit less its use, in which files that the system can drop do not count", (context) => {
  const group = { "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "800\n" };
  const used = { ...group, "sys/fs/cgroup/memory.current": "700\n" };
  assert.equal(freeWith(context, used), 100);
  const stat = "anon 200\ninactive_file 300\nactive_file 50\nslab 12\n";
  assert.equal(freeWith(context, { ...used, "sys/fs/cgroup/memory.stat": stat }), 450);
  assert.equal(freeWith(context, { ...group, "sys/fs/cgroup/memory.current": "900\n" }), 0, "never less than nothing");
});

test("the tightest of a group and those above it counts", (context) => {
  const files = {
    "proc/self/cgroup": "0::/user/run\n",
    "sys/fs/cgroup/user/run/memory.max": "max\n",
    "sys/fs/cgroup/user/run/memory.current": "10\n",
    "sys/fs/cgroup/user/memory.max": "400\n",
    "sys/fs/cgroup/user/memory.current": "100\n",
  };
  assert.equal(freeWith(context, files), 300);
  assert.equal(freeWith(context, { ...files, "sys/fs/cgroup/user/run/memory.max": "60\n" }), 50);
});

test("groups of version 1 count too", (context) => {
  const files = {
    "proc/self/cgroup": "9:cpu,cpuacct:/box\n4:memory:/box\n",
    "sys/fs/cgroup/memory/box/memory.limit_in_bytes": "500\n",
    "sys/fs/cgroup/memory/box/memory.usage_in_bytes": "400\n",
    "sys/fs/cgroup/memory/box/memory.stat": "cache 300\ntotal_inactive_file 100\ntotal_active_file 20\n",
  };
  assert.equal(freeWith(context, files), 220);
});

test("here it is some of the machine's memory", () => {
  const free = freeMemory();
  assert.ok(free > 0 && free <= Math.min(totalmem(), freemem() * 1.5), `${free}`);
});
