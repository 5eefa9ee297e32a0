import { ServerError } from "../server/api.ts";
import { createStore } from "./store.ts";

/** Something to tell the user for a while. */
export type Toast = {
  readonly id: number;
  readonly tone: "info" | "error";
  readonly text: string;
  readonly more?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
};

export const toasts = createStore<readonly Toast[]>([]);

let count = 0;

/** Tells the user something. Goes away by itself; an error stays longer. */
export function tell(text: string, options: Partial<Omit<Toast, "id" | "text">> = {}): void {
  const toast: Toast = { id: ++count, tone: "info", text, ...options };
  toasts.set((now) => [...now.filter((other) => other.text !== text).slice(-2), toast]);
  setTimeout(() => dismiss(toast.id), toast.tone === "error" ? 12_000 : 6_000);
}

/** Takes a message away. */
export function dismiss(id: number): void {
  toasts.set((now) => now.filter((toast) => toast.id !== id));
}

/** Tells what went wrong and what to do. A bug is thrown on. */
export function tellError(error: unknown): void {
  if (!(error instanceof ServerError)) throw error;
  const [first] = error.problems;
  tell(first?.message ?? error.message, { tone: "error", more: first?.remedy ?? error.remedy });
}
