/** What people are told who open a workflow of ComfyUI. */
export const comfy = {
  message: "this is a workflow of ComfyUI, whose nodes are others.",
  remedy: "Begin with a template that does the same; the caption and the seed can be copied.",
} as const;

/** Whether a text is a workflow of ComfyUI: as its page saves it, or as its API takes it. */
export function isComfy(text: string): boolean {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof json !== "object" || json === null || "format" in json) return false;
  if ("last_node_id" in json && "nodes" in json) return true;
  const nodes = Object.values(json);
  return nodes.length > 0 && nodes.every((node) => typeof node === "object" && node !== null && "class_type" in node);
}
