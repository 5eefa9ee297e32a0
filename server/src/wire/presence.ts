// Who has a document open beside somebody.

/** Who else has a document open: at most eight tokens by name, and how many more there are. */
export type DocumentPresence = {
  readonly document: string;
  readonly others: readonly OtherPerson[];
  readonly more: number;
};
/** A token by its name, and how many pages of it have the document open. `own`: it is the token of the page that is told. */
export type OtherPerson = { readonly name: string; readonly pages: number; readonly own?: true };
