export { type Imported, importFolder } from "./import-folder.ts";
export type { Placing } from "./place-weights.ts";
