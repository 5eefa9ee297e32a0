import { Moon, Sun, Workflow } from "lucide-react";
import { Messages } from "../dialogs/messages.tsx";
import { PaintDialog } from "../dialogs/paint.tsx";
import { useStore } from "../editor/use-editor.ts";
import { titleOf } from "../editor/workflow.ts";
import { Setting } from "../panels/setting.tsx";
import { at } from "../server/root.ts";
import { OwnPictures } from "./own-pictures.tsx";
import { Result } from "./result.tsx";
import { RunBar } from "./run-bar.tsx";
import { useForm } from "./use-form.ts";

/** A workflow for people who only use it: its settings, Run, and what came of it. */
export function FormPage() {
  const form = useForm();
  const { runs, theme, workflow } = form;
  const standing = useStore(form, (now) => now.standing);
  const title = useStore(workflow, ({ history }) => titleOf(history.present));
  const dark = useStore(theme, (now) => now === "dark");
  return (
    <div className="form-page">
      <header className="form-head">
        <h1>{standing === "ready" ? title : "Clipwork"}</h1>
        <button
          type="button"
          className="icon-button"
          title={dark ? "Light theme" : "Dark theme"}
          aria-label={dark ? "Light theme" : "Dark theme"}
          onClick={theme.toggle}
        >
          {dark ? <Sun size={18} /> : <Moon size={18} />}
        </button>
        <a className="icon-button" href={at("/")} title="The editor" aria-label="The editor">
          <Workflow size={18} />
        </a>
      </header>
      {standing === "ready" ? <Filled /> : <p className="form-said">{said[standing]}</p>}
      <PaintDialog />
      <Messages />
      <p className="spoken" role="status" aria-live="polite">
        {useStore(runs, ({ spoken }) => spoken)}
      </p>
    </div>
  );
}

const said = {
  loading: "Loading …",
  missing: "There is no workflow at this address. It may have been deleted: ask whoever sent you the address.",
  away: "The server does not answer. Reload the page in a moment, or ask whoever runs it.",
} as const;

function Filled() {
  const { workflow } = useForm();
  const present = useStore(workflow, ({ history }) => history.present);
  const exposed = Object.entries(present.exposed ?? {});
  const description = present.meta?.description;
  return (
    <main className="form-parts">
      <form
        className="form-fields"
        aria-label="Settings"
        onSubmit={(event) => event.preventDefault()}
        onBlur={workflow.seal}
      >
        {typeof description === "string" && <p className="muted">{description}</p>}
        {exposed.map(([name, addresses]) => (
          <Setting key={name} name={name} addresses={[addresses].flat()} plain />
        ))}
        {exposed.length === 0 && <p className="muted">There is nothing to set here: press Run.</p>}
        <RunBar />
      </form>
      <div className="form-results">
        <Result />
        <OwnPictures />
      </div>
    </main>
  );
}
