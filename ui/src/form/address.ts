/** Whose form it is: a saved workflow's, or a shipped one's. */
export type FormAddress = { readonly of: "workflows" | "templates"; readonly id: string };

const pattern = /^\/form\/(workflows|templates)\/([\w.-]{1,64})$/;

/** Reads the path of the page; undefined if it names no form. */
export function readAddress(path: string): FormAddress | undefined {
  const [, of, id] = pattern.exec(path) ?? [];
  return of === undefined || id === undefined ? undefined : { of: of as FormAddress["of"], id };
}
