/** Whether a value is a whole number from 1, as channels and sides are. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
