import { chromeTrace, type Profile, stageTimes } from "@clipwork/engine";
import { Download } from "lucide-react";
import { useMemo } from "react";
import type { Profiled } from "../editor/profiling.ts";
import { useEditor } from "../editor/use-editor.ts";
import { sizeText } from "../runs/size-text.ts";
import { seconds } from "../runs/words.ts";
import { huesOf, stageColour } from "./draw-timeline.ts";
import { rowsOf } from "./rows.ts";
import { exactTime } from "./scale.ts";
import { Timeline } from "./timeline.tsx";

type Props = { readonly profiled: Profiled; readonly profile: Profile };

/** The timeline of a run, the time of each model, and the memory. */
export default function ProfileView({ profiled, profile }: Props) {
  const { save } = useEditor().profiling;
  const { name, run } = profiled;
  const rows = useMemo(() => rowsOf(profile, name), [profile, name]);
  const hues = useMemo(() => huesOf(rows), [rows]);
  const { start, end, ended, cached, memory } = profile;
  const most = (of: "rss" | "loaded") => sizeText(memory.reduce((high, sample) => Math.max(high, sample[of]), 0));
  return (
    <div className="profile">
      <p className="muted">
        {ended ? seconds(end - start) : `${seconds(end - start)} so far`}
        {cached > 0 && `, ${cached} ${cached === 1 ? "value" : "values"} kept from before`}
      </p>
      {rows.length === 0 ? (
        <p>Nothing was computed: everything was kept.</p>
      ) : (
        <Timeline key={run} rows={rows} hues={hues} profile={profile} />
      )}
      {profile.work.length > 0 && <StageTable profile={profile} hues={hues} />}
      <footer className="profile-foot">
        <span className="muted">
          {memory.length > 0 && `At most ${most("rss")} of memory, ${most("loaded")} of models loaded`}
        </span>
        <button
          type="button"
          className="button"
          title="A file for chrome://tracing or ui.perfetto.dev"
          onClick={() => save(JSON.stringify(chromeTrace(profile, name)))}
        >
          <Download size={14} aria-hidden />
          Save as Chrome trace
        </button>
      </footer>
    </div>
  );
}

type TableProps = { readonly profile: Profile; readonly hues: ReadonlyMap<string, number> };

function StageTable({ profile, hues }: TableProps) {
  const { stages, rest } = stageTimes(profile);
  return (
    <table className="profile-table" aria-label="Time by model">
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col">Runs</th>
          <th scope="col">Rows</th>
          <th scope="col">Time</th>
          <th scope="col">A row</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {stages.map(({ stage, runs, rows, ms, share }) => (
          <tr key={stage}>
            <th scope="row">
              <i className="profile-swatch" style={{ background: stageColour(hues.get(stage) ?? 0) }} aria-hidden />
              {stage}
            </th>
            <td>{runs}</td>
            <td>{rows}</td>
            <td>{exactTime(ms)}</td>
            <td>{exactTime(ms / rows)}</td>
            <td>{percent(share)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">Everything else</th>
          <td />
          <td />
          <td>{exactTime(rest.ms)}</td>
          <td />
          <td>{percent(rest.share)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
