import { lazy, Suspense } from "react";
import { Modal } from "../dialogs/modal.tsx";
import { useEditor, useStore } from "../editor/use-editor.ts";

const ProfileView = lazy(() => import("./profile-view.tsx"));

/** Where the time of a run went, while somebody looks at it. */
export function ProfileDialog() {
  const { profiling } = useEditor();
  const open = useStore(profiling, (now) => now);
  if (!open) return null;
  const loading = <p className="muted">Reading the run's events …</p>;
  return (
    <Modal title={`Where the time went: ${open.title || "Untitled"}`} wide onClose={profiling.close}>
      {open.profile ? (
        <Suspense fallback={loading}>
          <ProfileView profiled={open} profile={open.profile} />
        </Suspense>
      ) : (
        loading
      )}
    </Modal>
  );
}
