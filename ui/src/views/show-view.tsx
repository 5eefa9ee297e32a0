import type { Hash, View } from "@clipwork/server/wire";
import { CircleHelp, type LucideIcon } from "lucide-react";
import { views } from "./index.ts";
import type { ViewKind } from "./view-kind.ts";

type Props = { readonly view: View; readonly alt: string; readonly name: string; readonly node: string };

/** One value as its kind asks, on a node or in a grid. */
export function ShowView({ view, ...props }: Props) {
  const kind = kindOf(view);
  return kind ? <kind.Show view={view} {...props} /> : <Unknown view={view} />;
}

/** One value as small as a thumb. */
export function SmallView({ view, ...props }: Props) {
  const kind = kindOf(view);
  if (!kind?.large) return <ShowView view={view} {...props} />;
  return <kind.Icon size={24} aria-label={props.alt} />;
}

/** One value, large. */
export function CloseView({ view, ...props }: Props) {
  const kind = kindOf(view);
  if (!kind) return <Unknown view={view} />;
  const Large = kind.Closely ?? kind.Show;
  return <Large view={view} {...props} />;
}

/** What stands for the value where there is no room for it. */
export function iconOf(view: View): LucideIcon {
  return kindOf(view)?.Icon ?? CircleHelp;
}

/** The picture that the value is; undefined for other kinds. */
export function pictureOf(view: View): Hash | undefined {
  return kindOf(view)?.picture?.(view);
}

function Unknown({ view }: { readonly view: View }) {
  return <p className="preview-text">This editor cannot show values of the kind {view.kind}. Reload the page.</p>;
}

/** The kind with the view's name, which therefore takes this view. */
function kindOf({ kind }: View): ViewKind | undefined {
  return views.find((known) => known.kind === kind) as ViewKind | undefined;
}
