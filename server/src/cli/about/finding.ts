import type { Unusable } from "@clipwork/engine";

/** How one thing stands. An error prevents runs, a warning does not; both say what to do. */
export type Finding = {
  readonly about: string;
  readonly state: "ok" | "warning" | "error";
  readonly message: string;
  readonly remedy?: string;
};

/** What is found of a thing that the caller names. */
export type Found = Omit<Finding, "about">;

export const ok = (message: string): Found => ({ state: "ok", message });
export const wrong = (state: "warning" | "error", { message, remedy }: Unusable): Found => ({ state, message, remedy });
