import type { WorkflowJson } from "@clipwork/engine";
import { compare } from "../document/compare.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";

type Props = { readonly before: WorkflowJson; readonly now: WorkflowJson };

/** How two workflows differ, in words. */
export function Differences({ before, now }: Props) {
  const catalogue = useStore(useEditor().offer, (offered) => offered.catalogue);
  const list = compare(before, now, catalogue);
  if (list.length === 0) return <p className="muted">Their workflows are equal.</p>;
  return (
    <ul className="differences" aria-label="What differs">
      {list.map(({ about, before, now }, i) => (
        <li key={`${about} ${i.toString()}`}>
          <strong>{about}</strong>
          <span>
            {before !== undefined && <del>{before}</del>}
            {before !== undefined && now !== undefined && " → "}
            {now !== undefined && <ins>{now}</ins>}
          </span>
        </li>
      ))}
    </ul>
  );
}
