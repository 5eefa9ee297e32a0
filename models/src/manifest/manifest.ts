import type { PackBody } from "../stages/define-stage.ts";
import type { HashedFile } from "../stages/files.ts";
import type { Stage } from "../stages/roles.ts";
import type { Head } from "./head.ts";

/** The manifest of a model pack, as `docs/pack-format.md` describes it: format 2, into which older ones are read. */
export type Manifest = Head &
  Omit<PackBody, "stages"> & {
    readonly format: "clipwork-pack/2";
    readonly stages: { readonly [name: string]: Stage };
    /** Files of numbers that nodes read, by name. */
    readonly arrays: { readonly [name: string]: HashedFile };
  };
