import type { DownloadProgress, ModelChoices, ModelJob, ModelLicence } from "@clipwork/server/wire";
import { Check, RotateCw, X } from "lucide-react";
import { useEditor, useWhyNot } from "../editor/use-editor.ts";
import { sizeText } from "../runs/size-text.ts";
import { seconds } from "../runs/words.ts";

/** Something that is being added: its licence while it asks, then how far it is, or what went wrong. */
export function ModelJobCard({ job }: { readonly job: ModelJob }) {
  const { models } = useEditor();
  const refused = useWhyNot("administer");
  const { subject, state, doing, licence, progress, error } = job;
  return (
    <li className="model-card" data-state={state}>
      <header>
        <strong>{subject}</strong>
        <PrecisionChip {...job} />
        {licence && <span className="model-size">{sizeText(licence.bytes)}</span>}
      </header>
      {state === "asking" && licence && <Licence licence={licence} />}
      {state === "working" && <Working doing={doing} progress={progress} />}
      {error && (
        <p className="model-error" role="alert">
          {error.message}
          <small>{error.remedy}</small>
        </p>
      )}
      <footer>
        {state === "asking" && (
          <button
            type="button"
            className="button primary"
            title={refused}
            disabled={refused !== undefined}
            onClick={() => void models.accept(job)}
          >
            <Check size={14} aria-hidden />
            Accept and download
          </button>
        )}
        {(state === "working" || state === "asking") && (
          <button
            type="button"
            className="button"
            title={refused}
            disabled={refused !== undefined}
            onClick={() => void models.cancel(job)}
          >
            <X size={14} aria-hidden />
            {state === "asking" ? "Decline" : "Cancel"}
          </button>
        )}
        {state === "failed" && (
          <>
            <button
              type="button"
              className="button"
              title={refused}
              disabled={refused !== undefined}
              onClick={() => void models.again(job)}
            >
              <RotateCw size={14} aria-hidden />
              Try again
            </button>
            <button
              type="button"
              className="button"
              title={refused}
              disabled={refused !== undefined}
              onClick={() => void models.forget(job)}
            >
              <X size={14} aria-hidden />
              Dismiss
            </button>
          </>
        )}
      </footer>
    </li>
  );
}

/** How exact the weights will be, where that was chosen. */
export function PrecisionChip({ variant, weights }: ModelChoices) {
  const chosen = [variant, weights].filter(Boolean).join(", ");
  return chosen && <span className="model-chip">{chosen}</span>;
}

function Licence({ licence: { name, page, text } }: { readonly licence: ModelLicence }) {
  return (
    <div className="model-licence">
      <p>
        Its weights are published under the licence <strong>{name}</strong>.{" "}
        <a href={page} target="_blank" rel="noreferrer noopener">
          Read it where they are published
        </a>
        . Nothing of them is downloaded until you accept it.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever reads it by keyboard has to be able to scroll it. */}
      {text !== undefined && <pre tabIndex={0}>{text}</pre>}
    </div>
  );
}

function Working({ doing, progress }: { readonly doing: string; readonly progress: DownloadProgress | undefined }) {
  const whole = progress !== undefined && progress.done >= progress.all;
  // After the download the doing is what counts: hashing, running.
  const loading = progress !== undefined && !whole;
  const share = loading ? { max: 1, value: progress.all > 0 ? progress.done / progress.all : 1 } : {};
  return (
    <div className="model-progress">
      <progress aria-label={loading ? "Download" : "Work"} {...share} />
      <p>
        <span>{loading ? describeProgress(progress) : sentence(doing) || "Starting"}</span>
        {loading && <code>{progress.file}</code>}
      </p>
    </div>
  );
}

/** "1.2 GB of 14 GB, 41 MB/s, 5 min 12 s left" */
export function describeProgress({ done, all, bytesPerSecond, secondsLeft }: DownloadProgress): string {
  const rate = bytesPerSecond === undefined ? "" : `, ${sizeText(Math.round(bytesPerSecond))}/s`;
  const left = secondsLeft === undefined ? "" : `, ${seconds(secondsLeft * 1000)} left`;
  return `${sizeText(done)} of ${sizeText(all)}${rate}${left}`;
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
