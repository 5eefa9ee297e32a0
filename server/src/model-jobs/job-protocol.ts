import type { DownloadProgress, ModelChoices, ModelLicence } from "../wire/wire.ts";

/** What a job's process is to do; the first message to it. */
export type JobOrder =
  | {
      readonly kind: "add";
      readonly source: string;
      readonly dataFolder: string;
      readonly hosts: readonly string[];
      readonly choices: ModelChoices;
    }
  | { readonly kind: "verify"; readonly folder: string };

/** Any further message to it. `answer`: whether the licence is accepted. */
export type ToJob = { readonly answer: boolean } | { readonly cancel: true };

/** What it sends. The last message is `done` or `failed`, unless it was cancelled. */
export type FromJob =
  | { readonly doing: string }
  | { readonly progress: DownloadProgress }
  | { readonly licence: ModelLicence }
  | { readonly done: { readonly pack?: string } }
  | { readonly failed: { readonly message: string; readonly remedy: string } };
