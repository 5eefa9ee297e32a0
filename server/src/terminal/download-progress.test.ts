import assert from "node:assert/strict";
import { test } from "node:test";
import { downloadProgress, progressLine } from "./download-progress.ts";

const progress = {
  file: "prior/model.safetensors",
  done: 2 ** 20,
  all: 2 ** 30,
  bytesPerSecond: 2 ** 21,
  secondsLeft: 511,
};

function terminal() {
  const out: string[] = [];
  const err: string[] = [];
  return {
    out,
    err,
    terminal: { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) },
  };
}

test("a line says how much came, how fast, and how long the rest takes", () => {
  assert.equal(progressLine(progress), "1.0 MB of 1.00 GB, 2.0 MB/s, 8 min 31 s left: prior/model.safetensors");
  const { bytesPerSecond: _, secondsLeft: __, ...first } = progress;
  assert.equal(progressLine({ ...first, file: "a\u001b[31m" }), "1.0 MB of 1.00 GB: a\\u001b[31m");
});

test("a program hears of it as JSON, a log in lines, the first and the last at least", () => {
  for (const json of [true, false]) {
    const told = terminal();
    const { show, stop } = downloadProgress(told.terminal, json, Object.assign(process.stderr, { isTTY: false }));
    for (const done of [1, 2, 3]) show({ file: "x", done, all: 3 });
    stop();
    const lines = json ? told.out.map((line) => JSON.parse(line)) : told.err;
    assert.deepEqual(
      lines,
      json
        ? [1, 3].map((done) => ({ event: "progress", file: "x", done, all: 3 }))
        : ["1 kB of 1 kB: x", "1 kB of 1 kB: x"],
    );
  }
});

test("a terminal shows one line that changes, as wide as it is", () => {
  let text = "";
  const write = (part: string) => {
    text += part;
    return true;
  };
  const screen = { isTTY: true, columns: 60, write };
  const { show, stop } = downloadProgress(terminal().terminal, false, screen as unknown as typeof process.stderr);
  show({ ...progress, done: 2 ** 29 });
  stop();
  assert.ok(text.startsWith(`\r\u001b[K${"█".repeat(12)}${"░".repeat(12)} 512.0 MB of 1.00 GB, `), text);
  assert.ok(text.endsWith("\n"));
  assert.ok(text.length <= 60 + 5);
});
