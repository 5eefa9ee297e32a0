#!/usr/bin/env node
// Where the command line starts. Plain JavaScript, because Node keeps compiled code only of files that it reads after it is
// told to: stripping the types of a single file more takes 50 ms, most of it to load the parser.
import { enableCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

// The space for new objects stays as small as it starts, 1 MB a half. V8 lets that of each thread grow to 67 MB under the events of runs, and
// never gives it back, though next to nothing of it is in use: a server and its worker, of two threads each, held 268 MB of it (decision 0065).
setFlagsFromString("--semi-space-growth-factor=1");

// Whatever is started from here uses it too: a process or thread without it strips the types of every file again, which
// takes half a second and 30 MB. Where the folder cannot be written, nothing is kept and everything still runs.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), "node-compile-cache");
enableCompileCache();
// Node 22 warns that its SQLite is experimental. What is used of it here is the same in Node 24, which no longer does.
const { emitWarning } = process;
process.emitWarning = (warning, ...about) => {
  const isSqlite = about[0] === "ExperimentalWarning" && String(warning).startsWith("SQLite ");
  if (!isSqlite) emitWarning.call(process, warning, ...about);
};

await import("./main.ts");
