import type { Param } from "@clipwork/engine";

/** What every control receives: the parameter, its value, and where a change goes. */
export type InputProps<P extends Param = Param> = {
  readonly id: string;
  readonly param: P;
  readonly value: unknown;
  readonly invalid: boolean;
  readonly describedBy: string;
  onChange(value: unknown): void;
};
