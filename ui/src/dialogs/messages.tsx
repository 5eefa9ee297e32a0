import { X } from "lucide-react";
import { usePage, useStore } from "../editor/use-editor.ts";

/**
 * What the editor says for a while; each message can be dismissed. An open dialog has its own, since nothing outside it can be pressed.
 */
export function Messages() {
  const { messages, naming } = usePage();
  const { sentence } = useStore(naming, (now) => now);
  const list = useStore(messages, (now) => now);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {list.map(({ id, tone, text, more, action }) => (
        <div key={id} className="toast" data-tone={tone}>
          <p>
            {sentence(text)}
            {more && <small>{sentence(more)}</small>}
          </p>
          {action && (
            <button type="button" className="text-button" onClick={action.run}>
              {action.label}
            </button>
          )}
          <button type="button" className="icon-button small" title="Dismiss" onClick={() => messages.dismiss(id)}>
            <X size={14} aria-label="Dismiss" />
          </button>
        </div>
      ))}
    </div>
  );
}
