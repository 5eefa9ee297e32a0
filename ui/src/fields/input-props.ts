import type { Param } from "@clipwork/engine";
import type { End } from "../document/edit.ts";

/** What every control receives: the parameter, its value, and where a change goes. */
export type InputProps<P extends Param = Param> = {
  readonly id: string;
  readonly param: P;
  readonly value: unknown;
  readonly invalid: boolean;
  readonly describedBy: string;
  /** The parameters of the document that it is, as nodes have them. */
  readonly ends: readonly End[];
  onChange(value: unknown): void;
};
