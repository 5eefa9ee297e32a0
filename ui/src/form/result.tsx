import { isLive } from "@clipwork/engine";
import type { RunOutput } from "@clipwork/server/wire";
import { Download } from "lucide-react";
import { useStore } from "../editor/use-editor.ts";
import type { ShownRun } from "../runs/run-view.ts";
import { artifact, outputFile } from "../server/artifact.ts";
import { ShowView } from "../views/show-view.tsx";
import { useForm } from "./use-form.ts";

/** What the shown run has made, as large as there is room for; while it runs, the picture as it forms. */
export function Result() {
  const { runs } = useForm();
  const shown = useStore(runs, (now) => now.shown);
  if (!shown) return <p className="form-empty muted">Your pictures appear here.</p>;
  const outputs = [...shown.shows].flatMap(([, { outputs }]) => [...outputs]);
  return (
    <section className="form-result" aria-label="Result" aria-busy={isLive(shown.state)}>
      {outputs.map((output) => (
        <Output key={`${output.node} ${output.item}`} run={shown.run} output={output} />
      ))}
      {outputs.length === 0 && isLive(shown.state) && <Forming />}
      <Failures shown={shown} />
    </section>
  );
}

function Output({ run, output }: { readonly run: string; readonly output: RunOutput }) {
  const { name, picture, view, files, node, width, height } = output;
  return (
    <figure className="form-output">
      {picture ? (
        <a href={artifact(picture)} target="_blank" rel="noreferrer" title="Open it alone">
          <img src={artifact(picture)} alt={name} width={width} height={height} />
        </a>
      ) : (
        <ShowView view={view} alt={name} name={name} node={node} />
      )}
      <figcaption>
        {files.map((file, i) => (
          <a
            key={file.ending}
            className={i === 0 ? "button" : "text-button"}
            href={outputFile(run, file)}
            download={name + file.ending}
          >
            {i === 0 && <Download size={15} aria-hidden />}
            {i === 0 ? "Download" : file.ending.slice(1)}
          </a>
        ))}
      </figcaption>
    </figure>
  );
}

/** The newest picture of whatever samples. */
function Forming() {
  const { frames } = useForm();
  const frame = useStore(frames, (now) => Object.values(now).at(-1));
  if (!frame) return <p className="form-empty muted">It has begun; the picture forms here.</p>;
  return (
    <figure className="form-output">
      <img src={frame.url} alt={`As far as it is, step ${frame.step} of ${frame.steps}`} />
    </figure>
  );
}

function Failures({ shown }: { readonly shown: ShownRun }) {
  const { naming } = useForm();
  const { name, sentence } = useStore(naming, (now) => now);
  const failed = [...shown.nodes].flatMap(([node, { failure }]) => (failure ? [{ node, failure }] : []));
  if (shown.state === "cancelled") return <p className="form-empty muted">It was cancelled.</p>;
  return failed.map(({ node, failure }) => (
    <p key={node} className="form-wrong" role="alert">
      <strong>{name(node)} failed.</strong> {sentence(failure.message)}{" "}
      {failure.remedy && <span className="muted">{sentence(failure.remedy)}</span>}
    </p>
  ));
}
