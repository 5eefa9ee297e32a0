// Where the command line starts. Plain JavaScript, because Node keeps compiled code only of files that it reads after it is
// told to: stripping the types of a single file more takes 50 ms, most of it to load the parser.
import { enableCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Whatever is started from here uses it too: a process or thread without it strips the types of every file again, which
// takes half a second and 30 MB. Where the folder cannot be written, nothing is kept and everything still runs.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), "node-compile-cache");
enableCompileCache();
await import("./main.ts");
