// Options that several commands have.
import type { Provider } from "@clipwork/models/onnx";
import { Option } from "commander";

/** What models run on. A GPU is never the default: there, the same workflow produces other bits. */
export function providerOption(): Option {
  const names = ["cpu", "webgpu", "cuda", "auto"] satisfies readonly (Provider | "auto")[];
  return new Option(
    "--provider <name>",
    "what models run on; auto uses a GPU if it is faster (default: config.json's, else cpu)",
  ).choices(names);
}

/** Gathers the values of an option that may be repeated. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
