import type { StageRole } from "./define-stage.ts";
import * as declared from "./index.ts";

const roles = Object.values(declared);

/** A stage of a pack; `role` says which. */
export type Stage = ReturnType<(typeof roles)[number]["read"]>;

export const roleNames: readonly string[] = roles.map(({ role }) => role);

/** The declaration of a role; the name must be one of `roleNames`. */
export function roleNamed(name: string): StageRole {
  return roles.find(({ role }) => role === name) as unknown as StageRole;
}
