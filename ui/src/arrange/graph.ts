/** What is to be arranged: cards with their real sizes, and the links among them by their cards. */
export type Graph = {
  readonly cards: readonly Card[];
  readonly links: readonly { readonly from: string; readonly to: string }[];
};

/** A card, in canvas units. */
export type Card = { readonly id: string; readonly width: number; readonly height: number };

/** Where each card goes: its top left corner. */
export type Places = ReadonlyMap<string, { readonly x: number; readonly y: number }>;
