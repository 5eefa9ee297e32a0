import { readdirSync } from "node:fs";
import { basename } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Database } from "../data-folder/database.ts";
import type { Hash } from "../wire/wire.ts";
import { artifactFiles, isHash } from "./artifact-files.ts";
import type { ArtifactStore } from "./port.ts";
import { ReferencedArtifacts } from "./referenced-artifacts.ts";
import { SqliteReferences } from "./sqlite-references.ts";

/**
 * Owner of the files that are older than their database: the previous one was lost or damaged, so nobody knows what uses
 * them.
 */
const earlier = "earlier database";

/** The artifacts of a data folder: files, and references in its database. */
export function fileArtifacts(parts: {
  readonly database: Database;
  readonly folder: string;
  readonly onFault: (error: unknown) => void;
}): ArtifactStore {
  const { database, folder, onFault } = parts;
  // Atomically, before anything else is stored: a process that ends halfway leaves the database blank.
  if (database.isBlank) database.transaction(() => keepEarlier(database.sql, folder));
  return new ReferencedArtifacts(artifactFiles(folder), new SqliteReferences(database), onFault);
}

/** Notes all files of a folder as older than this database, so that they stay. */
export function keepEarlier(sql: DatabaseSync, folder: string): void {
  const insert = sql.prepare("INSERT OR IGNORE INTO refs (hash, owner) VALUES (?, ?)");
  for (const hash of hashesIn(folder)) insert.run(hash, earlier);
}

function hashesIn(folder: string): Hash[] {
  try {
    const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return paths.map((path) => basename(path)).filter(isHash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
