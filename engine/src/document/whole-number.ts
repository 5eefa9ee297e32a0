/** No finite number has more digits, with its sign; a longer text is not worth reading. */
const mostDigits = 310;

/**
 * Whether a whole number that is written so is still that number after it was read as one of 64 bits and written again. One with a point
 * or an exponent is rounded, and counts as kept.
 */
export function isKept(written: string): boolean {
  if (!/^[+-]?\d+$/.test(written) || written.length < 16) return true;
  if (written.length > mostDigits) return false;
  const number = Number(written);
  if (!Number.isFinite(number)) return false;
  const exact = BigInt(written.replace(/^\+/, ""));
  return exact === BigInt(number) || exact === asWritten(number);
}

/** The whole number that JavaScript writes for this one: the shortest that is read as the same. */
function asWritten(number: number): bigint {
  const [digits, exponent = "0"] = String(number).split("e");
  const [whole, fraction = ""] = digits!.split(".");
  return BigInt(whole! + fraction) * 10n ** BigInt(Number(exponent) - fraction.length);
}
