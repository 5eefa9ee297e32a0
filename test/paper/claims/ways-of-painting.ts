/** The three ways in which the workflows of limitations paint: names of their outputs, and what they are. */
export const waysOfPainting = [
  ["unclip", "unCLIP"],
  ["embedding", "embedding alone"],
  ["caption", "caption alone"],
] as const;
