import { describeType, type NodeJson } from "@clipwork/engine";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { useNodeRun } from "../editor/use-node.ts";
import type { Face } from "./describe.ts";
import { Socket } from "./socket.tsx";

type Props = { readonly id: string; readonly node: NodeJson; readonly face: Face };

/** A reroute on the canvas: a dot in a link, with a socket on each side. What passes is said when one points at it. */
export function RerouteDot({ id, node, face }: Props) {
  const { workflow, edits, problems, naming } = useEditor();
  const { name, end, sentence } = useStore(naming, (now) => now);
  const selected = useStore(workflow, ({ selection }) => selection.has(id));
  const { state } = useNodeRun(id);
  const fault = useStore(problems, ({ byNode }) => byNode.get(id))?.[0];
  const [input] = face.inputs;
  const [output] = face.outputs;
  const port = output?.name ?? "";
  // The store compares by identity: words are, a type is not.
  const kind = useStore(workflow, () => edits.typeOf({ node: id, port, side: "output" })?.kind ?? "unknown");
  const words = useStore(workflow, () => {
    const type = edits.typeOf({ node: id, port, side: "output" });
    return type && type.kind !== "variable" ? describeType(type) : "nothing yet";
  });
  const link = input && node.inputs?.[input.name];
  const from = typeof link === "string" ? ` from ${end(link)}` : "";
  const says = `${name(id)}: passes on ${words}${from}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a card is no set of form fields, and a fieldset would bring its looks along.
    <div
      className="node reroute"
      role="group"
      aria-label={[says, state, node.mode, fault && sentence(fault.message)].filter(Boolean).join(", ")}
      title={fault ? `${says}\n${sentence(fault.message)}` : says}
      tabIndex={-1}
      data-id={id}
      data-kind={kind}
      data-selected={selected || undefined}
      data-state={state}
      data-mode={node.mode}
      data-fault={fault?.severity}
    >
      {input && (
        <span className="port" data-side="input" data-port={input.name}>
          <Socket node={id} port={input.name} side="input" kind={kind} linked={link !== undefined} />
        </span>
      )}
      {output && (
        <span className="port" data-side="output" data-port={output.name}>
          <Socket node={id} port={output.name} side="output" kind={kind} linked />
        </span>
      )}
    </div>
  );
}
