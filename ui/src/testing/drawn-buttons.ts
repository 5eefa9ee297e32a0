import type { ElementType, Key, ReactNode } from "react";
import * as runtime from "react/jsx-runtime";

/** A button that a component drew. */
export type DrawnButton = {
  readonly label: string;
  readonly title: string;
  readonly disabled: boolean;
  press(): void;
};

let drawn: DrawnButton[] = [];

/** Forgets the buttons that were drawn, and gives them. */
export function takeButtons(): readonly DrawnButton[] {
  const taken = drawn;
  drawn = [];
  return taken;
}

type Props = { readonly [name: string]: unknown; readonly children?: ReactNode };

/** The text in what a component has drawn, and the labels of its icons. */
function textIn(node: ReactNode): string {
  if (typeof node === "string" || typeof node === "number") return String(node);
  if (Array.isArray(node)) return node.map(textIn).join("");
  const { props } = Object(node) as { readonly props?: Props };
  return props ? String(props["aria-label"] ?? textIn(props.children)) : "";
}

function note(type: ElementType, props: Props): void {
  if (type !== "button" || typeof props.onClick !== "function") return;
  const {
    title = "",
    disabled = false,
    onClick,
  } = props as { title?: string; disabled?: boolean; onClick: () => void };
  drawn.push({
    label: String(props["aria-label"] ?? (textIn(props.children).trim() || title)),
    title,
    disabled,
    press: onClick,
  });
}

// What compiled JSX calls: the real functions, which also note buttons. Tests load this in their place (render.ts).
export const { Fragment } = runtime;
export function jsx(type: ElementType, props: Props, key?: Key) {
  note(type, props);
  return runtime.jsx(type, props, key);
}
export function jsxs(type: ElementType, props: Props, key?: Key) {
  note(type, props);
  return runtime.jsxs(type, props, key);
}
