/** A picture on a link: planar RGB (all red, all green, all blue), float32 in [-1, 1], row-major. */
export type ImageValue = {
  readonly width: number;
  readonly height: number;
  /** 3 × height × width numbers. */
  readonly data: Float32Array;
};
