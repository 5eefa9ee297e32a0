import fs, { type PathLike } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join, relative, sep } from "node:path";

/** What happened to a disk, in order. A file has a number, which no other one gets: its names come and go. Paths are from the recorded folder. */
export type Op =
  | { readonly op: "bytes"; readonly file: number; readonly bytes: Buffer }
  | { readonly op: "name"; readonly path: string; readonly file: number }
  | { readonly op: "move"; readonly from: string; readonly to: string; readonly file: number }
  | { readonly op: "gone"; readonly path: string }
  | { readonly op: "folder"; readonly path: string }
  | { readonly op: "sync"; readonly file: number }
  | { readonly op: "syncFolder"; readonly path: string }
  /** What whoever works there was told to be kept: noted by a test. */
  | { readonly op: "promise"; readonly what: string };

type Fs = { [name: string]: (...args: never[]) => unknown };

/**
 * Records what is done to the files of a folder by this process, through all the functions of node:fs that the project writes with, until
 * `stop` is called. What is done is done: the recorder only looks on, and reads each file that was written.
 */
export class Recorder {
  readonly ops: Op[] = [];
  readonly #folder: string;
  readonly #undo: (() => void)[] = [];
  readonly #open = new Map<number, string>();
  /** By inode: the file, and a name of it. */
  readonly #files = new Map<number, { readonly file: number; readonly path: string }>();
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
    const plain = fs as unknown as Fs;
    const later = fs.promises as unknown as Fs;
    const flushed = (options: unknown) => (options as { flush?: boolean } | undefined)?.flush === true;
    this.#wrap(plain, "writeFileSync", (path, _, options) => this.#written(path, flushed(options)));
    this.#wrap(later, "writeFile", (path, _, options) => this.#written(path, flushed(options)));
    for (const kind of [plain, later]) {
      const ending = kind === plain ? "Sync" : "";
      this.#wrap(kind, `rename${ending}`, (from, to) => this.#moved(from, to));
      this.#wrap(kind, `link${ending}`, (_, to) => this.#named(to));
      this.#wrap(kind, `rm${ending}`, (path) => this.#gone(path));
      this.#wrap(kind, `mkdir${ending}`, (path) => this.#made(path));
    }
    this.#wrap(plain, "openSync", (path, _, __, descriptor) => void this.#open.set(descriptor as number, String(path)));
    this.#wrap(plain, "writeSync", (descriptor) => this.#written(this.#open.get(descriptor as number) ?? "", false));
    // Of one that takes a while what was written before it began is kept: it is noted then, and what it promises when it has ended.
    for (const sync of ["fsyncSync", "fsync"])
      this.#wrap(plain, sync, (descriptor) => this.#synced(this.#open.get(descriptor as number) ?? ""));
    this.#wrap(later, "open", (path, _, __, handle) => this.#handle(String(path), handle as fs.promises.FileHandle));
    this.#wrap(plain, "createWriteStream", (path, _, __, stream) => {
      (stream as fs.WriteStream).prependListener("close", () => this.#written(path, false));
    });
    syncBuiltinESMExports();
  }

  /** Notes that this was promised, after all that was done until now. */
  promise(what: string): void {
    this.ops.push({ op: "promise", what });
  }

  stop(): void {
    for (const undo of this.#undo.splice(0)) undo();
    syncBuiltinESMExports();
  }

  /** Has `note` called with the arguments, the third at most, and the result of each call that did not fail. */
  #wrap(of: Fs, name: string, note: (a: unknown, b: unknown, c: unknown, result: unknown) => void): void {
    const original = of[name]!;
    of[name] = (...args: never[]) => {
      const [a, b, c] = args;
      const result = original.apply(of, args);
      if (!(result instanceof Promise)) {
        note(a, b, c, result);
        return result;
      }
      return result.then((value) => {
        note(a, b, c, value);
        return value;
      });
    };
    this.#undo.push(() => {
      of[name] = original;
    });
  }

  #inside(path: unknown): string | undefined {
    const inner = relative(this.#folder, String(path as PathLike));
    return inner.startsWith("..") ? undefined : inner.split(sep).join("/");
  }

  #written(path: unknown, flushed: boolean): void {
    const inner = this.#inside(path);
    const info = inner === undefined ? undefined : fs.statSync(String(path), { throwIfNoEntry: false });
    if (inner === undefined || !info) return;
    const file = this.#fileOf(inner, info.ino);
    this.ops.push({ op: "name", path: inner, file });
    this.ops.push({ op: "bytes", file, bytes: fs.readFileSync(String(path)) });
    if (flushed) this.ops.push({ op: "sync", file });
  }

  #named(path: unknown): void {
    const inner = this.#inside(path);
    if (inner === undefined) return;
    this.ops.push({ op: "name", path: inner, file: this.#fileOf(inner, fs.statSync(String(path)).ino) });
  }

  /** The number of the file at a path, by its inode, which the system gives away again when the file is gone. */
  #fileOf(path: string, inode: number): number {
    const known = this.#files.get(inode);
    const there = known && fs.statSync(join(this.#folder, known.path), { throwIfNoEntry: false });
    if (known && (known.path === path || there?.ino === inode)) return known.file;
    const file = ++this.#count;
    this.#files.set(inode, { file, path });
    return file;
  }

  #moved(from: unknown, to: unknown): void {
    const [a, b] = [this.#inside(from), this.#inside(to)];
    const info = fs.statSync(String(to), { throwIfNoEntry: false });
    if (a === undefined || b === undefined || !info) return;
    const file = this.#files.get(info.ino)?.file ?? this.#fileOf(b, info.ino);
    this.#files.set(info.ino, { file, path: b });
    this.ops.push({ op: "move", from: a, to: b, file });
  }

  #gone(path: unknown): void {
    const inner = this.#inside(path);
    if (inner !== undefined) this.ops.push({ op: "gone", path: inner });
  }

  /** A folder, and those above it that were made with it. */
  #made(path: unknown): void {
    const parts = this.#inside(path)?.split("/") ?? [];
    for (const i of parts.keys()) this.ops.push({ op: "folder", path: parts.slice(0, i + 1).join("/") });
  }

  #synced(path: string): void {
    const inner = this.#inside(path);
    const info = inner === undefined ? undefined : fs.statSync(path, { throwIfNoEntry: false });
    if (inner === undefined || !info) return;
    this.ops.push(
      info.isDirectory() ? { op: "syncFolder", path: inner } : { op: "sync", file: this.#fileOf(inner, info.ino) },
    );
  }

  #handle(path: string, handle: fs.promises.FileHandle): void {
    const sync = handle.sync.bind(handle);
    handle.sync = async () => {
      await sync();
      this.#synced(path);
    };
  }
}
