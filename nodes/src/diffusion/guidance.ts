/**
 * Classifier-free guidance (Ho and Salimans 2021, equation 6, in the form u + s (c - u)) on the first `length` numbers of a
 * network's output: epsilon, or x0 for the prior. The rest is the learned variance, taken unguided from the conditional
 * output, as Karlo and diffusers do.
 */
export function guide(
  conditional: Float32Array,
  unconditional: Float32Array,
  guidanceScale: number,
  length: number,
): Float32Array {
  const { fround } = Math;
  const scale = fround(guidanceScale);
  const guided = conditional.slice();
  for (let i = 0; i < length; i++) {
    const u = unconditional[i]!;
    guided[i] = u + fround(scale * fround(conditional[i]! - u));
  }
  return guided;
}
