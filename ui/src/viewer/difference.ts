/** Pixels of a picture as a canvas has them: red, green, blue and alpha of each, 0 to 255. */
export type Pixels = { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };

/** How far two pictures of one size are apart: the largest difference of a colour, 0 to 255, and the share of pixels that differ. */
export type Distance = { readonly largest: number; readonly share: number };

/** Puts |a − b| times `gain` into `into`, opaque, colour by colour, and measures how far they are apart. All have one size. */
export function drawDifference(a: Pixels, b: Pixels, gain: number, into: Pixels): Distance {
  let largest = 0;
  let different = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    let most = 0;
    for (let colour = at; colour < at + 3; colour++) {
      const distance = Math.abs(a.data[colour]! - b.data[colour]!);
      into.data[colour] = distance * gain;
      if (distance > most) most = distance;
    }
    into.data[at + 3] = 255;
    if (most > largest) largest = most;
    if (most > 0) different++;
  }
  return { largest, share: different / (a.width * a.height) };
}
