import type { Hash, View } from "@clipwork/server/wire";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export type KindOfView = View["kind"];
export type ViewOf<K extends KindOfView> = Extract<View, { readonly kind: K }>;

export type ViewProps<K extends KindOfView> = {
  readonly view: ViewOf<K>;
  /** What it is of, for who cannot see it. */
  readonly alt: string;
  /** What a file of it is called, without ending. */
  readonly name: string;
  /** The node whose value it is. */
  readonly node: string;
};

/** How values of one kind are shown. */
export type ViewKind<K extends KindOfView = KindOfView> = {
  readonly kind: K;
  /** Stands for the value where there is no room for it. */
  readonly Icon: LucideIcon;
  /** Shows the value on a node or in a grid. */
  readonly Show: (props: ViewProps<K>) => ReactNode;
  /** Shows the value large; absent if `Show` does. */
  readonly Closely?: (props: ViewProps<K>) => ReactNode;
  /** Whether nothing of the value is told in a picture as small as a thumb: there its icon stands for it. */
  readonly large?: true;
  /** The picture that the value is, which can be zoomed into and set in a grid with others. */
  readonly picture?: (view: ViewOf<K>) => Hash;
};

/** Declares how values of a kind are shown, so that the compiler knows the view's fields. */
export function defineView<K extends KindOfView>(kind: ViewKind<K>): ViewKind<K> {
  return kind;
}
