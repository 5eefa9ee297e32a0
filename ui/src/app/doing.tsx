import { useEditor, useStore } from "../editor/use-editor.ts";

/** What the page does that takes a while, about how long, and the way out of it. */
export function DoingBar() {
  const doing = useStore(useEditor().progress, ({ now }) => now);
  if (!doing) return null;
  const { what, seconds, share, cancel } = doing;
  const long = seconds === undefined ? "" : `, about ${Math.max(1, Math.round(seconds))} s`;
  return (
    <div className="doing" role="status">
      <p>{`${what}${long}`}</p>
      <progress aria-label={what} max={1} {...(share === undefined ? {} : { value: share })} />
      <button type="button" className="button" onClick={cancel}>
        Cancel
      </button>
    </div>
  );
}
