import { isTooDeep, mostDepth } from "../fields/depth.ts";
import { readMap, readObject, readOneOf } from "../fields/fields.ts";
import { PackError } from "../fields/pack-error.ts";
import type { PackNames } from "../stages/define-stage.ts";
import { readArraysFile } from "../stages/files.ts";
import { roleNamed, roleNames, type Stage } from "../stages/roles.ts";
import { readLatentSpace, readSpace, readText } from "../stages/spaces.ts";
import { readFormat1 } from "./format-1.ts";
import { readHead, readPartName } from "./head.ts";
import type { Manifest } from "./manifest.ts";
import { migrateFormat1 } from "./migrate-format-1.ts";

/**
 * A manifest from parsed JSON; format 1 is migrated in memory. Throws PackError naming the first field that is wrong, its value
 * and what it must be. Fields at the top that the format does not know are ignored; everywhere else they are refused.
 */
export function readManifest(json: unknown): Manifest {
  if (isTooDeep(json))
    throw new PackError(
      `manifest.json has lists or objects nested deeper than ${mostDepth} levels.`,
      "Remove what is nested there, or export the pack again.",
    );
  const root = readObject(json, "the manifest");
  const format = readOneOf(root.format, "format", ["clipwork-pack/1", "clipwork-pack/2"]);
  return format === "clipwork-pack/1" ? migrateFormat1(readFormat1(root)) : readFormat2(root);
}

function readFormat2(root: Readonly<Record<string, unknown>>): Manifest {
  const head = readHead(root);
  const spaces = readMap(root.spaces, "spaces", readSpace);
  const texts = readMap(root.texts, "texts", readText);
  const latents = root.latents === undefined ? {} : readMap(root.latents, "latents", readLatentSpace);
  const roles = readMap(root.stages, "stages", (section, field) => readObject(section, field).role);
  const stages = readMap(root.stages, "stages", (section, field, name) => {
    readPartName(name, "a stage's name");
    return readStage(section, field, { spaces, texts, latents, roles });
  });
  const arrays =
    root.arrays === undefined
      ? {}
      : readMap(root.arrays, "arrays", (section, field, name) => {
          readPartName(name, "the name of arrays");
          return readArraysFile(section, field);
        });
  return { format: "clipwork-pack/2", ...head, spaces, texts, latents, stages, arrays };
}

function readStage(section: unknown, field: string, pack: PackNames): Stage {
  const role = readOneOf(readObject(section, field).role, `${field}.role`, roleNames);
  return roleNamed(role).read(section, field, pack) as Stage;
}
