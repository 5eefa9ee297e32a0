import { inWords } from "../fields/in-words.ts";
import type { SessionMemory } from "./session-memory.ts";

/** What stands in the way of a session, or will make it slow. */
export type MemoryTrouble = {
  /** Whether it cannot be loaded at all. */
  readonly refused: boolean;
  readonly message: string;
  readonly remedy: string;
};

/** Of the free memory, the part that sessions may take: runs, values and pictures need the rest. */
export const usable = 0.95;

/**
 * What to say of a stage that needs more memory than there is: what a session takes for itself has to fit; weights that stay mapped need
 * not, but then every step reads them from the disk. Undefined if all fits.
 */
export function memoryTrouble(
  { pack, stage }: { readonly pack: string; readonly stage: string },
  { own, mapped }: SessionMemory,
  free: number,
): MemoryTrouble | undefined {
  const room = usable * free;
  const which = `The stage "${stage}" of pack "${pack}"`;
  if (own > room) {
    return {
      refused: true,
      message: `${which} needs ${inWords(own)} of memory, ${inWords(free)} free.`,
      remedy: "Close other programs, give this one more memory, or import the weights with 8 bits (--weights int8).",
    };
  }
  if (own + mapped <= room) return undefined;
  return {
    refused: false,
    message: `${which} needs ${inWords(own + mapped)} of memory, ${inWords(free)} free: it runs, but slowly, because each step reads its weights from the disk.`,
    remedy: "Close other programs, give this one more memory, or import the weights with 8 bits (--weights int8).",
  };
}
