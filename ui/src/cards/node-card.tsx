import {
  definitionOf,
  describeType,
  loopOf,
  type Problem,
  paramSocketType,
  presentationLimits,
} from "@clipwork/engine";
import { ChevronDown, ChevronUp, Repeat } from "lucide-react";
import { memo, type PointerEvent, use, useMemo, useState } from "react";
import { placeOf, setParam, setPlace } from "../document/edit.ts";
import { isBoundary } from "../document/levels.ts";
import { lookOf, setLook } from "../document/look.ts";
import { rerouteType } from "../document/reroute.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { useNodeRun, useRunId } from "../editor/use-node.ts";
import { markOf } from "../runs/outlook.ts";
import { CanvasContext } from "./context.ts";
import {
  type Face,
  faceOf,
  hasCertainOutputs,
  type ParamFace,
  type PortFace,
  shortValue,
  usedOutputs,
} from "./describe.ts";
import { dragBy } from "./drag-by.ts";
import { markText, NodeHeader } from "./node-header.tsx";
import { Preview } from "./preview.tsx";
import { RerouteDot } from "./reroute-dot.tsx";
import { Rounds } from "./rounds.tsx";
import { Socket } from "./socket.tsx";
import { worstOf } from "./worst-of.ts";

/** A node on the canvas. Reads only its own part of the document, of the run and of the problems. */
export const NodeCard = memo(function NodeCard({ id }: { readonly id: string }) {
  const { workflow, nextRun, problems, offer, naming, screen, subgraphs } = useEditor();
  const { scale, hand } = use(CanvasContext);
  const { name, sentence } = useStore(naming, (now) => now);
  const node = useStore(workflow, ({ history }) => history.present.nodes[id]);
  const open = useStore(workflow, ({ history }) => placeOf(history.present, id).open === true);
  // One by one: a card that has only moved looks as before.
  const colour = useStore(workflow, ({ history }) => lookOf(history.present, id).colour);
  const collapsed = useStore(workflow, ({ history }) => lookOf(history.present, id).collapsed);
  const width = useStore(workflow, ({ history }) => lookOf(history.present, id).width);
  const [resized, setResized] = useState<number>();
  const selected = useStore(workflow, ({ selection }) => selection.has(id));
  const at = useRunId(id);
  const { run, state } = useNodeRun(id);
  const mark = useStore(nextRun, (now) => markOf(now, at));
  const faults = useStore(problems, ({ byNode }) => byNode.get(id));
  const catalogue = useStore(offer, (now) => now.catalogue);
  const packs = useStore(offer, (now) => now.packs);
  const certain = node && hasCertainOutputs(catalogue.get(node.type));
  const used = useStore(workflow, ({ history }) =>
    node && !certain ? usedOutputs(history.present, id).join(" ") : "",
  );
  const face = useMemo(
    () => node && faceOf(node, { catalogue, packs }, open, used.split(" ").filter(Boolean)),
    [node, catalogue, packs, open, used],
  );
  if (!node || !face) return null;
  const isInstance = definitionOf(node.type) !== undefined;
  if (node.type === rerouteType) return <RerouteDot id={id} node={node} face={face} />;
  const resize = (event: PointerEvent) => {
    const before = width ?? usualWidth;
    const { least, most } = presentationLimits.cardWidth;
    dragBy(
      event,
      scale,
      ({ x }) => setResized(Math.min(most, Math.max(least, before + x))),
      (by) => {
        setResized(undefined);
        if (by) workflow.edit((now) => setLook(now, [id], { width: before + by.x }));
      },
      hand(),
    );
  };
  const worst = worstOf(faults);
  const spoken = [name(id), state, mark && markText[mark], node.mode, worst && sentence(worst.message)]
    .filter(Boolean)
    .join(", ");
  return (
    // biome-ignore lint/a11y/useSemanticElements: a card is no set of form fields, and a fieldset would bring its looks along.
    <div
      className="node"
      role="group"
      aria-label={spoken}
      tabIndex={-1}
      data-id={id}
      data-group={face.group}
      data-selected={selected || undefined}
      data-state={state}
      data-mode={node.mode}
      data-next={mark}
      data-fault={run?.failure ? "error" : worst?.severity}
      data-colour={colour}
      data-collapsed={collapsed}
      data-instance={isInstance || undefined}
      style={{ width: resized ?? width }}
      onDoubleClick={({ target }) => {
        if (isInstance) {
          if (opens(target)) subgraphs.open(id);
        } else if ((target as Element).closest(".node-header")) screen.show({ editing: { what: "card", id } });
      }}
    >
      <NodeHeader
        {...{ id, face, run, state, mark }}
        title={name(id)}
        fault={worst}
        rounds={<Rounds id={id} node={node} state={state} />}
      />
      {collapsed ? (
        <Folded id={id} face={face} />
      ) : (
        <>
          {/* Before the sockets, which lie over it: a drag from one makes a link. */}
          <span className="resize-edge" data-nodrag aria-hidden title="Drag to resize" onPointerDown={resize} />
          <Ports
            id={id}
            face={face}
            linked={node.inputs ?? {}}
            faults={faults}
            isLoop={loopOf(node.type) !== undefined}
          />
          {face.hero && !isBoundary(node.type) && <Preview id={id} title={face.title} hero={face.hero} state={state} />}
          {(face.params.length > 0 || face.hidden > 0) && <Params id={id} face={face} open={open} faults={faults} />}
        </>
      )}
      {run?.failure && !collapsed && (
        <p className="node-failure">
          <strong>{sentence(run.failure.message)}</strong>
          {run.failure.remedy && <span>{sentence(run.failure.remedy)}</span>}
        </p>
      )}
    </div>
  );
});

/** Of a card that nobody has resized. */
const usualWidth = 240;

/** The sockets of a collapsed card: all at the ends of its header, where its links stay attached. */
function Folded({ id, face }: { readonly id: string; readonly face: Face }) {
  const inputs = face.params.flatMap(({ name, link, param }) =>
    link === undefined ? [] : [{ name, kind: param.kind }],
  );
  return (
    <div className="node-folded">
      {[...face.inputs, ...inputs].map(({ name, kind }) => (
        <Socket key={`in ${name}`} node={id} port={name} side="input" kind={kind} linked />
      ))}
      {face.outputs.map(({ name, kind }) => (
        <Socket key={`out ${name}`} node={id} port={name} side="output" kind={kind} linked />
      ))}
    </div>
  );
}

/** Whether a double-click there opens a subgraph: one in a field or on a button is meant for that. */
function opens(target: EventTarget): boolean {
  return (target as Element).closest("[data-nodrag], input, textarea, .socket") === null;
}

type PortsProps = {
  readonly id: string;
  readonly face: Face;
  readonly linked: { readonly [port: string]: string };
  readonly faults: readonly Problem[] | undefined;
  readonly isLoop: boolean;
};

function Ports({ id, face, linked, faults, isLoop }: PortsProps) {
  if (face.inputs.length + face.outputs.length === 0) return null;
  const isCarried = ({ name }: PortFace) =>
    isLoop && [face.inputs, face.outputs].every((side) => side.some((port) => port.name === name));
  return (
    <div className="node-ports">
      <ul>
        {face.inputs.map((port) => (
          <Port
            key={port.name}
            {...{ id, port, faults }}
            side="input"
            linked={port.name in linked}
            carried={isCarried(port)}
          />
        ))}
      </ul>
      <ul>
        {face.outputs.map((port) => (
          <Port key={port.name} {...{ id, port, faults }} side="output" linked carried={isCarried(port)} />
        ))}
      </ul>
    </div>
  );
}

type PortProps = {
  readonly id: string;
  readonly port: PortFace;
  readonly side: "input" | "output";
  readonly linked: boolean;
  /** A loop carries it from round to round. */
  readonly carried: boolean;
  readonly faults: readonly Problem[] | undefined;
};

function Port({ id, port, side, linked, carried, faults }: PortProps) {
  const fault = side === "input" ? faults?.find((problem) => problem.port === port.name) : undefined;
  const type = `${port.list ? "list of " : ""}${port.type}${port.optional ? ", optional" : ""}`;
  const { sentence } = useStore(useEditor().naming, (now) => now);
  const title = fault
    ? sentence(`${fault.message}\n${fault.remedy}`)
    : `${port.name}: ${type}${carried ? ", carried from round to round" : ""}\n${port.summary}`;
  return (
    <li className="port" data-side={side} data-port={port.name} title={title}>
      <Socket
        node={id}
        port={port.name}
        side={side}
        kind={port.kind}
        list={port.list}
        optional={port.optional}
        linked={linked}
        trouble={fault !== undefined && fault.code !== "missing-input"}
      />
      <span>
        {port.name}
        {carried && <Repeat className="port-carried" size={11} aria-label="carried from round to round" />}
      </span>
    </li>
  );
}

type ParamsProps = {
  readonly id: string;
  readonly face: Face;
  readonly open: boolean;
  readonly faults: readonly Problem[] | undefined;
};

function Params({ id, face, open, faults }: ParamsProps) {
  const { workflow } = useEditor();
  return (
    <div className="node-params">
      {face.params.map((param) => (
        <ParamRow key={param.name} id={id} face={param} fault={faults?.find(({ port }) => port === param.name)} />
      ))}
      {face.hidden > 0 && (
        <button
          type="button"
          className="node-more"
          data-nodrag
          aria-expanded={open}
          onClick={() => workflow.edit((now) => setPlace(now, id, { open: !open }))}
        >
          {open ? <ChevronUp size={12} /> : <ChevronDown size={12} />}
          {open ? "Less" : `${face.hidden} more`}
        </button>
      )}
    </div>
  );
}

type ParamRowProps = { readonly id: string; readonly face: ParamFace; readonly fault: Problem | undefined };

function ParamRow({ id, face, fault }: ParamRowProps) {
  const { workflow, screen, naming } = useEditor();
  const { end, name: nameOf, sentence } = useStore(naming, (now) => now);
  const { name, param, value, link, linkable } = face;
  const type = paramSocketType(param);
  const socket = linkable && (
    <Socket
      node={id}
      port={name}
      side="input"
      kind={param.kind === "seed" ? "integer" : param.kind === "choice" ? "text" : param.kind}
      linked={link !== undefined}
      optional
      trouble={fault !== undefined}
      {...(type ? { title: `${name}: ${describeType(type)}, optional` } : {})}
    />
  );
  if (param.kind === "text" && param.multiline && link === undefined)
    return (
      <div className="param-text" data-param={name} data-fault={fault?.severity}>
        {socket}
        <textarea
          data-nodrag
          aria-label={`${name} of ${nameOf(id)}`}
          placeholder={name}
          rows={3}
          dir="auto"
          value={typeof value === "string" ? value : ""}
          onFocus={() => workflow.select([id])}
          onChange={({ target }) =>
            workflow.edit((now) => setParam(now, { node: id, port: name }, target.value), `${id}.${name}`)
          }
        />
      </div>
    );
  const go = () => {
    workflow.select([id]);
    screen.focusField(id, name);
  };
  return (
    <div
      className="param-row"
      data-param={name}
      data-fault={fault?.severity}
      title={fault ? sentence(fault.message) : param.summary}
    >
      {socket}
      <button type="button" data-nodrag tabIndex={-1} onClick={go}>
        <span>{name}</span>
        <span className="param-value">{link === undefined ? shortValue(value) : end(link)}</span>
      </button>
    </div>
  );
}
