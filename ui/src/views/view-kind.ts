import type { Hash, View } from "@clipwork/server/wire";
import type { ReactNode } from "react";

export type KindOfView = View["kind"];
export type ViewOf<K extends KindOfView> = Extract<View, { readonly kind: K }>;

export type ViewProps<K extends KindOfView> = { readonly view: ViewOf<K>; readonly alt: string };

/** How values of one kind are shown. */
export type ViewKind<K extends KindOfView = KindOfView> = {
  readonly kind: K;
  /** Shows the value on a node, in a grid, or large. */
  readonly Show: (props: ViewProps<K>) => ReactNode;
  /** What is added if the value is looked at closely. */
  readonly Closely?: (props: ViewProps<K>) => ReactNode;
  /** The picture that the value is, which can be zoomed into and set in a grid with others. */
  readonly picture?: (view: ViewOf<K>) => Hash;
};

/** Declares how values of a kind are shown, so that the compiler knows the view's fields. */
export function defineView<K extends KindOfView>(kind: ViewKind<K>): ViewKind<K> {
  return kind;
}
