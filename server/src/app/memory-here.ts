import { totalmem } from "node:os";

/** Bytes of memory of this machine, or what this process may take of it if that is less. */
export function memoryHere(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 && constrained < totalmem() ? constrained : totalmem();
}
