import type { Reader } from "../fields/fields.ts";
import { readReference, refuse } from "../fields/fields.ts";
import { named } from "../fields/named.ts";
import type { StageFiles } from "./files.ts";
import type { LatentSpace, Space, Text } from "./spaces.ts";

/** What the stages of a pack may refer to by name. */
export type PackNames = {
  readonly spaces: { readonly [name: string]: Space };
  readonly texts: { readonly [name: string]: Text };
  readonly latents: { readonly [name: string]: LatentSpace };
  /** The role that each stage declares, by the stage's name. */
  readonly roles: { readonly [stage: string]: unknown };
};

/** A stage of any role. */
export type AnyStage = StageFiles & { readonly role: string };

/** A pack as the roles see it. */
export type PackBody = Omit<PackNames, "roles"> & { readonly stages: { readonly [name: string]: AnyStage } };

/** What types are refined by: a number, or something that is compared by id and shown by name. */
export type Fact = number | { readonly id: string; readonly name: string };

/** What nodes see of a stage. */
export type StageFacts = {
  /** What nodes ask for. If several stages play one part, nodes get the manifest's first. */
  readonly part: string;
  /** Facts of the part that types are refined by. */
  readonly facts: { readonly [name: string]: Fact };
};

/** All that the format, fingerprints and types need to know about the stages of one role. */
export type StageRole<Stage extends AnyStage = AnyStage> = {
  readonly role: Stage["role"];
  /** The stage from its section of the manifest. Throws PackError naming the first field that is wrong or unknown. */
  readonly read: (section: unknown, field: string, pack: PackNames) => Stage;
  /** What else in the pack changes the numbers of this stage, for its digest; absent if nothing does. */
  readonly countsBeside?: (stage: Stage, pack: PackBody, name: string) => unknown;
  /** Undefined for a stage that nodes reach only through another. */
  readonly facts: (stage: Stage, pack: PackBody, name: string) => StageFacts | undefined;
};

/** Declares a role: one per file, with a line in `index.ts`. */
export function defineStage<Stage extends AnyStage>(role: StageRole<Stage>): StageRole<Stage> {
  return role;
}

/** Readers of the names that a section may contain: of a space, a text, a latent space, and of a stage with a given role. */
export function references(pack: PackNames) {
  const inMap =
    (where: "spaces" | "texts" | "latents"): Reader<string> =>
    (value, field) =>
      readReference(value, field, where, pack[where]);
  return {
    space: inMap("spaces"),
    text: inMap("texts"),
    latent: inMap("latents"),
    stageOf:
      (role: string, own: string): Reader<string> =>
      (value, field) => {
        const name = readReference(value, field, "stages", pack.roles);
        if (pack.roles[name] !== role || name === own) refuse(field, value, `another stage whose role is "${role}"`);
        return name;
      },
  };
}

/** A CLIP space as a fact. */
export function spaceFact(pack: PackBody, space: string | undefined): { readonly [name: string]: Fact } {
  return space === undefined ? {} : { space: { id: named(pack.spaces, space).id, name: space } };
}

export function latentFacts(pack: PackBody, latent: string): { readonly [name: string]: Fact } {
  const { id, factor } = named(pack.latents, latent);
  return { latent: { id, name: latent }, factor };
}

/** The stages of one role, in the manifest's order. */
export function stagesOf<Stage extends AnyStage>(
  { stages }: Pick<PackBody, "stages">,
  role: Stage["role"],
): (readonly [name: string, stage: Stage])[] {
  return Object.entries(stages).filter((entry): entry is [string, AnyStage & Stage] => entry[1].role === role);
}
