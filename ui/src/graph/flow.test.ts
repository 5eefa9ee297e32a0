import assert from "node:assert/strict";
import { test } from "node:test";
import type { SocketRef } from "../document/links.ts";
import { DocumentFlow } from "./flow.ts";

const output: SocketRef = { node: "caption", port: "text", side: "output" };
const input: SocketRef = { node: "paint", port: "text", side: "input" };
const name = ({ node, port, side }: SocketRef) => `${side} ${node}.${port}`;

/** A flow whose handlers note what they hear; a drag from `paint.text` takes its link off at the caption. */
function flow() {
  const heard: string[] = [];
  const elements = new Map([[name(output), { id: "element of the caption" } as HTMLElement]]);
  const made = new DocumentFlow(
    {
      begin(socket) {
        heard.push(`begin ${name(socket)}`);
        return name(socket) === name(input) ? output : socket;
      },
      link: (from, to) => heard.push(`link ${name(from)} to ${name(to)}`),
      loose: (from) => heard.push(`loose ${name(from)}`),
      end: () => heard.push("end"),
    },
    (socket) => elements.get(name(socket)),
  );
  const pick = ({ node, port, side }: SocketRef, event: "down" | "up") =>
    made.pick({
      socket: { type: "socket", element: {} as HTMLElement, nodeId: node, side, key: port },
      event,
    } as never);
  return { made, heard, pick };
}

test("a link that is dragged from socket to socket is handed to whoever changes the document", async () => {
  const { made, heard, pick } = flow();
  await pick(output, "down");
  assert.equal(made.getPickedSocket()?.nodeId, "caption");
  await pick(input, "up");
  assert.deepEqual(heard, ["begin output caption.text", "link output caption.text to input paint.text", "end"]);
  assert.equal(made.getPickedSocket(), undefined);
});

test("a drag from an input that is fed goes on from the socket that feeds it, where its link hangs", async () => {
  const { made, heard, pick } = flow();
  await pick(input, "down");
  assert.deepEqual(
    [made.getPickedSocket()?.nodeId, made.getPickedSocket()?.side, made.getPickedSocket()?.element.id],
    ["caption", "output", "element of the caption"],
  );
  await pick(input, "up");
  assert.equal(heard[1], "link output caption.text to input paint.text");
});

test("a link that is dropped where no socket is is loose", async () => {
  const { made, heard, pick } = flow();
  await pick(output, "down");
  made.drop();
  assert.deepEqual(heard, ["begin output caption.text", "loose output caption.text", "end"]);
});

test("a socket that is let go where it was taken links nothing", async () => {
  const { heard, pick } = flow();
  await pick(output, "down");
  await pick(output, "up");
  assert.deepEqual(heard, ["begin output caption.text", "end"]);
});

test("only a press begins a drag, and without a drag nothing is dropped", async () => {
  const { made, heard, pick } = flow();
  await pick(output, "up");
  made.drop();
  assert.deepEqual(heard, []);
});
