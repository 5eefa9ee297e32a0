import type { Hash, View } from "@clipwork/server/wire";
import { views } from "./index.ts";
import type { ViewKind } from "./view-kind.ts";

type Props = { readonly view: View; readonly alt: string };

/** One value, shown as its kind asks. */
export function ShowView({ view, alt }: Props) {
  const kind = kindOf(view);
  return kind ? (
    <kind.Show view={view} alt={alt} />
  ) : (
    <p className="preview-text">This editor cannot show values of the kind {view.kind}. Reload the page.</p>
  );
}

/** What is added to a value that is looked at closely. */
export function CloseView({ view, alt }: Props) {
  const Closely = kindOf(view)?.Closely;
  return Closely ? <Closely view={view} alt={alt} /> : null;
}

/** The picture that the value is; undefined for other kinds. */
export function pictureOf(view: View): Hash | undefined {
  return kindOf(view)?.picture?.(view);
}

/** The kind with the view's name, which therefore takes this view. */
function kindOf({ kind }: View): ViewKind | undefined {
  return views.find((known) => known.kind === kind) as ViewKind | undefined;
}
