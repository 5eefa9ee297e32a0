/** A place in the source at which a process can be ended. */
export type Gate = {
  readonly name: string;
  /** The process that comes by, of those that load the file. */
  readonly process: "server" | "worker";
  /** The file, from the root, and the text in it before which the gate stands: it has to be there exactly once. */
  readonly file: string;
  readonly before: string;
  /** The gate counts only where this holds, written in the words of the place. */
  readonly only?: string;
  /** How often a process comes by in a round at least, if that is more than once. */
  readonly passages?: number;
};

/**
 * Where a kill could lose or double something: between two things that have to happen together, and while files are half written. In
 * the order in which a run comes by, then what people do.
 */
export const gates: readonly Gate[] = [
  {
    name: "leased",
    process: "server",
    file: "server/src/queue/dispatch/dispatcher.ts",
    before: "    const others = [",
  },
  {
    name: "mid-step",
    process: "worker",
    file: "nodes/src/diffusion/sample.ts",
    before: "    x = moved.x;",
    passages: 5,
  },
  {
    name: "checkpoint due",
    process: "worker",
    file: "engine/src/run/checkpoint.ts",
    before: "      await this.#host.cache.put(this.#key",
    passages: 2,
  },
  {
    name: "checkpoint written",
    process: "worker",
    file: "engine/src/run/checkpoint.ts",
    before: "    } catch {\n      // The item continues;",
    passages: 2,
  },
  {
    name: "file written, not named",
    process: "worker",
    file: "server/src/files/whole-file.ts",
    before: "      renameSync(draft, path);",
    passages: 8,
  },
  {
    name: "value written, not told",
    process: "worker",
    file: "server/src/values/disk-store.ts",
    before: "      const { cost, since } = readHead(head)!;",
    passages: 4,
  },
  {
    name: "before commit",
    process: "server",
    file: "server/src/data-folder/database.ts",
    before: '      this.sql.exec("COMMIT");',
    passages: 8,
  },
  {
    name: "committed, not told",
    process: "server",
    file: "server/src/data-folder/database.ts",
    before: "      return result;\n    } catch (error) {\n      if (this.sql.isTransaction)",
    passages: 8,
  },
  {
    name: "published, not told",
    process: "worker",
    file: "server/src/worker-process/watch-run.ts",
    before: '      show({ event: "run.output"',
  },
  {
    name: "told, not logged",
    process: "server",
    file: "server/src/queue/dispatch/carrier.ts",
    before: "    await Promise.all(reported.map(",
    only: 'reported.some(({ entry }) => entry.event === "run.output")',
  },
  {
    name: "ended, not synced",
    process: "server",
    file: "server/src/app/create-app.ts",
    before: "      await Promise.all([artifacts.sync(files), database.sync()]);",
    only: "files.length > 0",
  },
  {
    name: "workflow half saved",
    process: "server",
    file: "server/src/workflows/workflow-store.ts",
    before: '    this.#run("UPDATE workflows SET title',
  },
  {
    name: "workflow saved, not answered",
    process: "server",
    file: "server/src/workflows/workflow-store.ts",
    before: "    this.#announce(id, revision + 1);",
  },
  {
    name: "upload referred to, not there",
    process: "server",
    file: "server/src/artifacts/upload-store.ts",
    before: "    await this.#artifacts.adopt(draft, hash);",
  },
  {
    name: "upload there, not listed",
    process: "server",
    file: "server/src/artifacts/upload-store.ts",
    before: "    await this.#artifacts.sync(filesOf(reply));",
  },
  {
    name: "upload listed, not answered",
    process: "server",
    file: "server/src/artifacts/upload-store.ts",
    before: "    return reply;\n  }\n\n  /** What is answered",
  },
];

/** Where the least time between two checkpoints stands: under test each step writes one. */
export const interval = { file: "engine/src/run/checkpoint.ts", text: "const intervalMs = 750;" };
