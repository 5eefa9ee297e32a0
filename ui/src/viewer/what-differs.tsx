import type { WorkflowJson } from "@clipwork/engine";
import type { ItemSetting, ValuesDiffer } from "@clipwork/server/wire";
import { useEffect, useState } from "react";
import { Differences } from "../dialogs/differences.tsx";
import { nameAlong } from "../document/names.ts";
import type { Compared } from "../editor/screen.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { itemsOf, settingText } from "./film.ts";

type Props = { readonly left: Compared; readonly right: Compared };

/** How the workflows of two pictures differ, or the settings of two items of one, and where their values begin to. */
export function WhatDiffers({ left, right }: Props) {
  const catalogue = useStore(useEditor().offer, (now) => now.catalogue);
  const before = useDocument(left.run);
  const now = useDocument(right.run);
  const values = useValues(left, right);
  const settings = useSettings(left, right);
  if (!before || !now) return null;
  const nameOf = (id: string) => nameAlong(now, id, catalogue) ?? nameAlong(before, id, catalogue);
  const [first] = values?.different ?? [];
  return (
    <section className="what-differs">
      <h3>What differs</h3>
      {values && (
        <p className="first-different">
          {first === undefined
            ? `No value differs: ${values.equal} nodes gave the same.`
            : `Values differ first at ${nameOf(first) ?? "a node that is gone"}.`}
        </p>
      )}
      {settings.length > 0 && (
        <ul className="differences" aria-label="Settings that differ">
          {settings.map(({ node, param, before, now }) => (
            <li key={`${node} ${param}`}>
              <strong>
                {nameOf(node)}, {param}
              </strong>
              <span>
                <del>{before}</del> → <ins>{now}</ins>
              </span>
            </li>
          ))}
        </ul>
      )}
      {left.run !== right.run && <Differences before={before} now={now} />}
      {left.run === right.run && settings.length === 0 && (
        <p className="muted">Both come from one run, with the same settings.</p>
      )}
    </section>
  );
}

/** The workflow that a run was made from, once the server has sent it. */
function useDocument(run: string): WorkflowJson | undefined {
  const { runs } = useEditor();
  const [document, setDocument] = useState<WorkflowJson>();
  useEffect(() => {
    let here = true;
    void runs.find(run).then((detail) => here && setDocument(detail?.document));
    return () => {
      here = false;
    };
  }, [runs, run]);
  return document;
}

/** Which nodes gave other values, as the server knows; undefined if it does not. */
function useValues(left: Compared, right: Compared): ValuesDiffer | undefined {
  const { runs } = useEditor();
  const [values, setValues] = useState<ValuesDiffer>();
  useEffect(() => {
    let here = true;
    const [before, now] = [itemOf(left), itemOf(right)];
    if (before && now) void runs.compare({ before, now }).then((reply) => here && setValues(reply));
    return () => {
      here = false;
    };
  }, [runs, left, right]);
  return values;
}

function itemOf({ run, node, item }: Compared) {
  return node === undefined || item === undefined ? undefined : { run, node, item };
}

type SettingDiffers = { readonly node: string; readonly param: string; readonly before: string; readonly now: string };

/** What links put into parameters for one item and not for the other. */
function useSettings(left: Compared, right: Compared): readonly SettingDiffers[] {
  const kept = useStore(useEditor().kept, (now) => now);
  const of = ({ run, node, item }: Compared): readonly ItemSetting[] => {
    const show = node === undefined ? undefined : kept.runOf(run)?.view.shows.get(node);
    return (show && itemsOf(run, node!, show).find((frame) => frame.item === item)?.settings) ?? [];
  };
  const [before, now] = [of(left), of(right)];
  return before.flatMap(({ node, param, value }) => {
    const other = now.find((setting) => setting.node === node && setting.param === param);
    if (!other || other.value === value) return [];
    return [{ node, param, before: settingText(value), now: settingText(other.value) }];
  });
}
