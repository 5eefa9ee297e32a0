/** The latest moment that a Date can say, in milliseconds since 1970. */
const latest = 8.64e15;

/** Whether what a file says is a time, in milliseconds since 1970, that can be shown as a date. */
export function isTime(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= latest;
}
