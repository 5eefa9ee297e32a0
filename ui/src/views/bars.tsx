import type { View } from "@clipwork/server/wire";

type Props = { readonly view: Extract<View, { kind: "embedding" }>; readonly label: string };

/** An embedding as a strip of bars around zero, with its norm and its cosine to the caption. */
export function Bars({ view, label }: Props) {
  const { bars, norm, cosine, size } = view;
  const most = Math.max(...bars.map(Math.abs), 1e-9);
  const path = bars.map((bar, i) => `M${i + 0.5} 20V${(20 - (bar / most) * 19).toFixed(2)}`).join("");
  return (
    <figure className="bars">
      <svg viewBox={`0 0 ${bars.length} 40`} preserveAspectRatio="none" role="img" aria-label={label}>
        <path d={path} />
      </svg>
      <figcaption>
        <span>{size} numbers</span>
        <span>norm {norm.toFixed(2)}</span>
        {cosine === undefined ? null : <span>cos {cosine.toFixed(3)}</span>}
      </figcaption>
    </figure>
  );
}
