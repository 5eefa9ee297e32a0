import type { Param } from "@clipwork/engine";
import type { ReactNode } from "react";
import { ChoiceInput } from "./choice-input.tsx";
import { FileInput } from "./file-input.tsx";
import type { InputProps } from "./input-props.ts";
import { NumberInput } from "./number-input.tsx";
import { PackInput } from "./pack-input.tsx";
import { SeedInput } from "./seed-input.tsx";
import { SwitchInput } from "./switch-input.tsx";
import { TextInput } from "./text-input.tsx";

type Inputs = {
  readonly [K in Param["kind"]]: (props: InputProps<Extract<Param, { readonly kind: K }>>) => ReactNode;
};

/** The control for each kind of parameter. */
export const inputs: Inputs = {
  text: TextInput,
  integer: NumberInput,
  number: NumberInput,
  boolean: SwitchInput,
  choice: ChoiceInput,
  seed: SeedInput,
  pack: PackInput,
  file: FileInput,
};
