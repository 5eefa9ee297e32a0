// What viewers with tokens send over web sockets: messages of any kind, and frames that are none.
import assert from "node:assert/strict";
import { once } from "node:events";
import fc from "fast-check";
import { io } from "socket.io-client";
import { scopes } from "../../server/src/access/scopes.ts";
import { openViewer } from "../server/raw.fixture.ts";
import type { Guarded } from "./guarded.ts";
import type { Target } from "./readers.ts";

/** A frame with a mask of zeroes: its first byte says what it is; a length may be another than that of its bytes. */
function frame(first: number, bytes: Uint8Array, length = bytes.length): Buffer {
  const size = Buffer.alloc(length < 126 ? 1 : 3);
  if (length < 126) size[0] = 0x80 | length;
  else {
    size[0] = 0x80 | 126;
    size.writeUInt16BE(length, 1);
  }
  return Buffer.concat([Buffer.from([first]), size, Buffer.alloc(4), bytes]);
}

const packet = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("42", "420", "4299999999999999999999", "45", "451-", "452-", "459999-", "43", "41", "40", "44"),
      fc.jsonValue(),
    )
    .map(([type, value]) => `${type}${JSON.stringify(value)}`),
  fc
    .tuple(
      fc.constantFrom("follow", "unfollow", "queue", "disconnect", "error", "__proto__", "newListener"),
      fc.array(fc.jsonValue(), { maxLength: 3 }),
    )
    .map(([name, given]) => `42${given.length}${JSON.stringify([name, ...given])}`),
  fc.constantFrom(
    '451-["follow",{"_placeholder":true,"num":0}]',
    '451-["queue",{"_placeholder":true,"num":-1}]',
    '4510["follow",{"_placeholder":true,"num":7},0]',
    "40/admin,",
    "42/x,[]",
    "2probe",
    "5",
    "1",
    "6",
    "3",
  ),
  fc.string({ maxLength: 200, unit: "binary" }),
);

const frames = fc.oneof(
  { weight: 5, arbitrary: packet.map((text) => frame(0x81, Buffer.from(text).subarray(0, 60_000))) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 65_535 }))
      .map(([first, bytes, length]) => frame(first, bytes, length)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 120 }).map((bytes) => frame(0x82, bytes)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
);

/** What a client of socket.io sends: a message of any arguments, with or without a function for the answer. */
const messages = fc.record({
  name: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("follow", "unfollow", "queue") },
    fc.string({ maxLength: 20 }).filter((name) => !reserved.has(name)),
  ),
  given: fc.array(
    fc.oneof(
      fc.nat(),
      fc.jsonValue(),
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom("id", Number.MAX_SAFE_INTEGER),
    ),
    { maxLength: 3 },
  ),
  asks: fc.boolean(),
});
/** The client sends none of these. */
const reserved = new Set(["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]);

export const viewerTargets = ({ server, tokens, ids, expectWell }: Guarded): readonly Target[] => {
  /** Somebody who does what is meant is answered. */
  const expectAnswered = async (token: string) => {
    const socket = io(server.url, {
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      extraHeaders: { authorization: `Bearer ${token}` },
    });
    try {
      const runs = await new Promise((resolve, reject) => {
        socket.on("connect_error", reject);
        socket.emit("queue", resolve);
      });
      assert.ok(Array.isArray(runs));
    } finally {
      socket.disconnect();
    }
    expectWell("");
  };
  const tokenOf = fc.constantFrom(...scopes.map((scope) => tokens[scope][0]!));
  return [
    {
      name: "frames of viewers with tokens",
      property: async () =>
        fc.asyncProperty(tokenOf, fc.array(frames, { minLength: 1, maxLength: 20 }), async (token, all) => {
          const socket = await openViewer(server.url, true, token);
          for (const one of all) socket.write(one);
          await expectAnswered(token);
          socket.destroy();
        }),
    },
    {
      name: "messages of viewers with tokens",
      property: async () =>
        fc.asyncProperty(tokenOf, fc.array(messages, { minLength: 1, maxLength: 20 }), async (token, all) => {
          const socket = io(server.url, {
            transports: ["websocket"],
            forceNew: true,
            reconnection: false,
            extraHeaders: { authorization: `Bearer ${token}` },
          });
          await once(socket as never, "connect");
          for (const [i, { name, given, asks }] of all.entries()) {
            const args = given.map((one) => (one === "id" ? ids[i % ids.length] : one));
            socket.emit(name, ...args, ...(asks ? [(reply: unknown) => expectWell(JSON.stringify(reply))] : []));
          }
          await expectAnswered(token);
          socket.disconnect();
        }),
    },
  ];
};
