/**
 * One draw of the forward process, which adds noise: x_t from x at an earlier p (Ho et al. 2020, equation 4, from p = 0; steps of
 * Gaussian noise are one Gaussian). With `noise` n of standard normals and ᾱ_p = 1 for a clean sample:
 *
 *   x_t = √(ᾱ_t / ᾱ_p) x_p + √(1 - ᾱ_t / ᾱ_p) n
 */
export function addNoise(
  x: Float32Array,
  noise: Float32Array,
  { from, to }: { readonly from: number; readonly to: number },
): Float32Array {
  const kept = Math.sqrt(to / from);
  const added = Math.sqrt(1 - to / from);
  return x.map((value, i) => kept * value + added * noise[i]!);
}
