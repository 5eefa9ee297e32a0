// What node packs import as `@clipwork/engine`: the engine itself, with the sockets of Clipwork's own kinds among `t`. A
// pack written for 0.1, when the engine brought those kinds, loads as it did.
export * from "@clipwork/engine";
export { t } from "./kinds/t.ts";
