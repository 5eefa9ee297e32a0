// Files of the data folder and those that a command is given: whatever they hold, they are read, or refused with a sentence.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { BadToken, keptToken } from "../../server/src/access/access.ts";
import { createToken, listTokens } from "../../server/src/access/tokens.ts";
import { readUses } from "../../server/src/access/uses.ts";
import { archiveOf, type Entry } from "../../server/src/backup/archive.fixture.ts";
import { BackupError } from "../../server/src/backup/backup-error.ts";
import { aboutName, backupFormat } from "../../server/src/backup/contents.ts";
import { restoreBackup } from "../../server/src/backup/restore-backup.ts";
import { readBatch } from "../../server/src/cli/running/read-batch.ts";
import { readConfiguration } from "../../server/src/data-folder/configuration.ts";
import { openDataFolder } from "../../server/src/data-folder/data-folder.ts";
import { Database } from "../../server/src/data-folder/database.ts";
import { readSettings } from "../../server/src/terminal/settings.ts";
import { contentOf, writeHead } from "../../server/src/values/entry-file.ts";
import { changedJson, mutants, oddNumerals } from "./mutants.ts";
import { refuses, type Target } from "./readers.ts";

/** Where all of it lies; it goes with the process. */
const folder = mkdtempSync(join(tmpdir(), "clipwork-fuzz-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

/** A text of JSON that was right: with a value changed, a numeral, or any bytes. */
const changedText = (right: fc.Arbitrary<unknown>): fc.Arbitrary<string | Uint8Array> => {
  const text = right.map((value) => JSON.stringify(value));
  return fc.oneof<fc.Arbitrary<string | Uint8Array>[]>(
    changedJson(right).map((value) => JSON.stringify(value) ?? ""),
    oddNumerals(text),
    text.chain((one) => mutants([Buffer.from(one)])),
    fc.constantFrom("", "null", "[".repeat(300_000), "\uFEFF{}", "\0"),
  );
};

const configurations = fc.constantFrom<unknown>(
  { nodePacks: ["./a", "b"], provider: "cpu", nodeSeconds: 60, keepRuns: 10, keepBytes: 1_000_000, runsAtOnce: 4 },
  {
    hubHosts: ["cdn.example.org", ".example.org:8080"],
    basePath: "/a/b",
    trustProxy: "loopback, 10.0.0.0/8",
    logLevel: "info",
  },
  {
    webhooks: [
      { url: "https://example.org/a", secret: `whsec_${Buffer.alloc(32, 7).toString("base64")}`, states: ["failed"] },
      { url: "http://127.0.0.1:9/", secret: `whsec_${Buffer.alloc(24, 9).toString("base64")}`, private: true },
    ],
  },
  { queue: "redis://127.0.0.1:6379", store: "s3://bucket?endpoint=http://127.0.0.1:9", waitForWorker: 60 },
);

/** A sentence, and what to do. */
const isProblem = ({ message, remedy }: { readonly message: string; readonly remedy?: string }) =>
  /[.]$/.test(message) && Boolean(remedy);

/** What a small backup holds. */
async function backedUp(): Promise<readonly Entry[]> {
  const data = at("backed-up");
  rmSync(data, { recursive: true, force: true });
  await openDataFolder(data);
  const database = new Database(data);
  database.sql.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  createToken(data, "anna", "run");
  const read = (name: string) => ({ name, bytes: readFileSync(join(data, name)) });
  const about = { format: backupFormat, clipwork: "1", created: 1, bytes: 1 };
  const picture = Buffer.from("a picture");
  const hash = createHash("sha256").update(picture).digest("hex");
  return [
    { name: aboutName, bytes: Buffer.from(JSON.stringify(about)) },
    ...["server.db", "clipwork-data.json", "tokens/anna.json"].map(read),
    { name: "config.json", bytes: Buffer.from("{}") },
    { name: `artifacts/${hash.slice(0, 2)}/${hash}`, bytes: picture },
  ];
}

/** Backups of which anything was changed: bytes of the archive, or, with an end that fits, what it holds. */
async function changedBackups(): Promise<fc.Arbitrary<Uint8Array>> {
  const entries = await backedUp();
  const names = fc.oneof(
    fc.constantFrom(
      ...["../x", "/etc/x", "values/../../x", "token", "artifacts/ab/x", "explain/x.json", "", "server.db-wal"],
    ),
    fc.string({ maxLength: 20 }),
  );
  const change = fc
    .record({
      which: fc.nat({ max: entries.length - 1 }),
      name: fc.option(names),
      text: fc.option(changedText(fc.jsonValue())),
      twice: fc.boolean(),
    })
    .chain(({ which, name, text, twice }) =>
      mutants([entries[which]!.bytes]).map((changed) => {
        const bytes = Buffer.from(text ?? changed);
        const one = { name: name ?? entries[which]!.name, bytes };
        const now = entries.map((entry, i) => (i === which ? one : entry));
        return archiveOf(twice ? [...now, one] : now);
      }),
    );
  return fc.oneof(mutants([archiveOf(entries)]), change);
}

const tables = fc
  .array(fc.array(fc.string({ maxLength: 9 }), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 })
  .map((rows) =>
    Buffer.from(rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(",")).join("\n")),
  );

export const files: readonly Target[] = [
  {
    name: "config.json",
    property: async () =>
      fc.asyncProperty(changedText(configurations), async (text) => {
        writeFileSync(at("config.json"), text);
        const { configuration, problems } = await readConfiguration(folder, {});
        assert.equal(problems.length, configuration ? 0 : 1);
        assert.ok(problems.every(isProblem), JSON.stringify(problems));
      }),
  },
  {
    name: "backups",
    async property() {
      const backups = await changedBackups();
      return fc.asyncProperty(backups, async (bytes) => {
        const place = at("restoring");
        rmSync(place, { recursive: true, force: true });
        mkdirSync(place);
        writeFileSync(join(place, "backup.tar"), bytes);
        const options = { onProgress: () => {}, signal: new AbortController().signal };
        const restored = join(place, "data");
        let created: number | undefined;
        await refuses(
          async () => ({ created } = await restoreBackup(join(place, "backup.tar"), restored, options)),
          (error) => error instanceof BackupError && isProblem(error),
        );
        assert.deepEqual(readdirSync(place).toSorted(), ["backup.tar", ...(created === undefined ? [] : ["data"])]);
        if (created !== undefined) assert.ok(new Date(created).toISOString());
      });
    },
  },
  {
    name: "files of tokens",
    property: async () => {
      const data = at("with-tokens");
      const secret = createToken(data, "anna", "run", { queued: 3 })!;
      const kept = { ...listTokens(data)[0]! };
      assert.ok(secret);
      return fc.asyncProperty(changedText(fc.constant(kept)), async (text) => {
        writeFileSync(join(data, "tokens", "anna.json"), text);
        writeFileSync(join(data, "token"), text);
        writeFileSync(join(data, "token-uses.json"), text);
        for (const { name, scope, hash, created, limits } of listTokens(data)) {
          assert.ok(["view", "run", "edit", "administer"].includes(scope));
          assert.deepEqual([name, typeof hash, typeof created, typeof limits], ["anna", "string", "number", "object"]);
          assert.ok(new Date(created).toISOString());
        }
        for (const time of readUses(data).values()) assert.equal(typeof time, "number");
        await refuses(
          () => keptToken(join(data, "token")),
          (error) => error instanceof BadToken,
        );
      });
    },
  },
  {
    // On a disk and in a bucket they are the same.
    name: "kept values",
    async property() {
      const content = Buffer.from("the bytes of a value");
      const entry = Buffer.concat([writeHead(content, { cost: 5, since: 1 }), content]);
      return fc.asyncProperty(mutants([entry]), async (bytes) => {
        const found = contentOf(bytes);
        if (found) assert.deepEqual(Buffer.from(found), content, "what is found is what was kept");
      });
    },
  },
  {
    name: "captions and settings of the command line",
    property: async () =>
      fc.asyncProperty(
        fc.constantFrom("a.csv", "a.tsv", "a.txt", "a.json"),
        fc.oneof(
          tables,
          tables.chain((one) => mutants([one])),
          fc.string().map((text) => Buffer.from(text)),
          changedText(fc.constant({ prompt: "a", seed: 7 })),
        ),
        fc.string({ maxLength: 30 }),
        async (name, bytes, text) => {
          const path = at(name);
          writeFileSync(path, bytes);
          const batch = await readBatch(path);
          if ("problem" in batch) assert.ok(isProblem(batch.problem), JSON.stringify(batch.problem));
          else for (const row of batch.rows) assert.match(row.name, /^\d+$/);
          for (const given of [`seed=@${path}`, `@${path}`, text]) {
            const { problems } = await readSettings([given]);
            assert.ok(problems.every(isProblem), JSON.stringify(problems));
          }
          assert.ok(existsSync(path));
        },
      ),
  },
];
