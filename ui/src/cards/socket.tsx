import { use, useLayoutEffect, useRef } from "react";
import type { Side } from "../document/links.ts";
import { CanvasContext } from "./context.ts";

type Props = {
  readonly node: string;
  readonly port: string;
  readonly side: Side;
  readonly kind: string;
  readonly list?: boolean;
  readonly optional?: boolean;
  readonly linked: boolean;
  readonly trouble?: boolean;
  /** What it carries, in words. */
  readonly title?: string;
};

/** A socket: coloured by what it carries, square for whole lists, hollow while nothing is linked. */
export function Socket({
  node,
  port,
  side,
  kind,
  list = false,
  optional = false,
  linked,
  trouble = false,
  title,
}: Props) {
  const element = useRef<HTMLSpanElement>(null);
  const tools = use(CanvasContext);
  useLayoutEffect(() => {
    const here = element.current!;
    tools.addSocket({ node, port, side }, here);
    return () => tools.removeSocket(here);
  }, [tools, node, port, side]);
  return (
    <span
      ref={element}
      className="socket"
      title={title}
      data-side={side}
      data-kind={kind}
      data-shape={list ? "square" : "round"}
      data-linked={linked || undefined}
      data-optional={optional || undefined}
      data-trouble={trouble || undefined}
      data-socket={`${node}.${port}`}
    />
  );
}
