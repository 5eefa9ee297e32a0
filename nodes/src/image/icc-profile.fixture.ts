/** The ICC profile of AdobeRGB (1998): three primaries and a gamma of 2.2, as version 2 of the format writes it. */
export function adobeRgb(): Buffer {
  // XYZ of the primaries, adapted to D50, and of the white.
  const colours = {
    rXYZ: [0.60974, 0.31111, 0.01947],
    gXYZ: [0.20528, 0.62567, 0.06087],
    bXYZ: [0.14919, 0.06322, 0.74457],
    wtpt: [0.9642, 1, 0.8249],
  } as const;
  const curve = Buffer.alloc(16);
  curve.write("curv", "latin1");
  curve.writeUInt32BE(1, 8);
  curve.writeUInt16BE(Math.round(2.19921875 * 256), 12);
  const parts: [string, Buffer][] = [
    ...Object.entries(colours).map(([tag, xyz]): [string, Buffer] => [tag, xyzType(xyz)]),
    ...["rTRC", "gTRC", "bTRC"].map((tag): [string, Buffer] => [tag, curve]),
    ["desc", description("AdobeRGB")],
    ["cprt", Buffer.from("text\0\0\0\0none\0\0\0\0", "latin1")],
  ];
  const table = Buffer.alloc(4 + 12 * parts.length);
  table.writeUInt32BE(parts.length, 0);
  let at = 128 + table.length;
  for (const [i, [tag, data]] of parts.entries()) {
    table.write(tag, 4 + 12 * i, "latin1");
    table.writeUInt32BE(at, 8 + 12 * i);
    table.writeUInt32BE(data.length, 12 + 12 * i);
    at += data.length;
  }
  const head = Buffer.alloc(128);
  head.writeUInt32BE(at, 0);
  head.writeUInt32BE(0x02100000, 8);
  head.write("mntrRGB XYZ ", 12, "latin1");
  head.write("acsp", 36, "latin1");
  [0.9642, 1, 0.8249].forEach((value, i) => {
    head.writeInt32BE(fixed(value), 68 + 4 * i);
  });
  return Buffer.concat([head, table, ...parts.map(([, data]) => data)]);
}

const fixed = (value: number) => Math.round(value * 65536);

function xyzType(xyz: readonly number[]): Buffer {
  const data = Buffer.alloc(20);
  data.write("XYZ ", "latin1");
  xyz.forEach((value, i) => {
    data.writeInt32BE(fixed(value), 8 + 4 * i);
  });
  return data;
}

function description(name: string): Buffer {
  const length = 12 + name.length + 1 + 78;
  const data = Buffer.alloc(length + ((4 - (length % 4)) % 4));
  data.write("desc", "latin1");
  data.writeUInt32BE(name.length + 1, 8);
  data.write(name, 12, "latin1");
  return data;
}
