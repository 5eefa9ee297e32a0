// Odd picture files, made here byte by byte or with sharp: what phones, cameras, scanners and old programs write, and what is damaged.
import { crc32, deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { adobeRgb } from "./icc-profile.fixture.ts";

/** A file by its name; made when it is needed. */
export type OddPicture = {
  readonly file: string;
  /** What is odd about it. */
  readonly what: string;
  readonly make: () => Promise<Uint8Array> | Uint8Array;
};

const width = 16;
const height = 12;

/** A gradient with a corner of its own, so that every turn and flip looks different. */
const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
  const [x, y, channel] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
  if (x < 4 && y < 4) return [230, 30, 30][channel]!;
  return [x * 16, y * 20, 120][channel]!;
});
const picture = (): Sharp => sharp(rgb, { raw: { width, height, channels: 3 } });
const clear = (): Sharp => picture().ensureAlpha(0.5);
const jpeg = (from = picture()) => from.jpeg({ quality: 90, chromaSubsampling: "4:4:4" }).toBuffer();

// PNG, chunk by chunk

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10);

function chunk(type: string, data: Uint8Array, crc?: number): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc ?? crc32(body));
  return Buffer.concat([length, body, check]);
}

function header(depth: number, colour: number, size: readonly [number, number] = [width, height]): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(size[0], 0);
  data.writeUInt32BE(size[1], 4);
  data.set([depth, colour, 0, 0, 0], 8);
  return chunk("IHDR", data);
}

/** Rows of a channel count and a bit depth, as a ramp. */
function rows(depth: number, channels: number): Buffer {
  const rowBytes = Math.ceil((width * depth * channels) / 8);
  const data = Buffer.alloc((rowBytes + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < rowBytes; x++) data[y * (rowBytes + 1) + 1 + x] = (x * 37 + y * 11) & 255;
  return deflateSync(data);
}

type Png = { depth: number; colour: 0 | 2 | 3 | 4 | 6; before?: Buffer[]; after?: Buffer[]; tail?: Uint8Array };
const channelsOf = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

function png({ depth, colour, before = [], after = [], tail = Buffer.alloc(0) }: Png): Buffer {
  const pixels = chunk("IDAT", rows(depth, channelsOf[colour]));
  return Buffer.concat([
    signature,
    header(depth, colour),
    ...before,
    pixels,
    ...after,
    chunk("IEND", Buffer.alloc(0)),
    tail,
  ]);
}

const palette = (depth: number) =>
  chunk(
    "PLTE",
    Uint8Array.from({ length: 3 * 2 ** depth }, (_, i) => (i * 53) & 255),
  );
const text = (crc?: number) => chunk("tEXt", Buffer.from("Comment\0odd", "latin1"), crc);

/** Two frames: the one that all see, and one more. */
function animatedPng(): Buffer {
  const control = (sequence: number) => {
    const data = Buffer.alloc(26);
    data.writeUInt32BE(sequence, 0);
    data.writeUInt32BE(width, 4);
    data.writeUInt32BE(height, 8);
    data.writeUInt16BE(1, 20);
    data.writeUInt16BE(10, 22);
    return chunk("fcTL", data);
  };
  const sequence = Buffer.from([0, 0, 0, 2]);
  return png({
    ...{ depth: 8, colour: 2 },
    before: [chunk("acTL", Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])), control(0)],
    after: [control(1), chunk("fdAT", Buffer.concat([sequence, rows(8, 3)]))],
  });
}

// JPEG, patched

/** Where the marker's segment begins: at its 0xff. */
function segment(bytes: Uint8Array, marker: number): number {
  for (let at = 2; at < bytes.length; at += 2 + (bytes[at + 2]! << 8) + bytes[at + 3]!)
    if (bytes[at + 1] === marker) return at;
  throw new Error(`no marker ${marker}`);
}

/** The JPEG with the byte at so many bytes behind a marker replaced. */
async function patched(marker: number, offset: (at: number, bytes: Uint8Array) => number, value: number) {
  const bytes = Uint8Array.from(await jpeg());
  const at = segment(bytes, marker);
  bytes[offset(at, bytes)] = value;
  return bytes;
}

/** A segment put behind the first two bytes. */
async function withSegment(marker: number, data: Uint8Array): Promise<Uint8Array> {
  const bytes = await jpeg();
  const head = Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]);
  return Buffer.concat([bytes.subarray(0, 2), head, data, bytes.subarray(2)]);
}

const startOfFrame = 0xc0;
const startOfScan = 0xda;
const lastOfScan = (at: number, bytes: Uint8Array) => at + 2 + (bytes[at + 2]! << 8) + bytes[at + 3]! - 2;

const cut = async (whole: Promise<Uint8Array> | Uint8Array, share: number) => {
  const bytes = await whole;
  return bytes.subarray(0, Math.floor(bytes.length * share));
};
const larger = () => picture().resize(160, 120, { kernel: "nearest" });
const frames = () =>
  sharp(Buffer.concat([rgb, rgb.map((value) => 255 - value)]), {
    raw: { width, height: 2 * height, channels: 3, pageHeight: height },
  });

/** A container of the ISO base media format of that brand, without a picture that is read here. */
const container = (brand: string) =>
  Buffer.concat([
    Buffer.from([0, 0, 0, 24]),
    Buffer.from(`ftyp${brand}\0\0\0\0mif1${brand}`, "latin1"),
    Buffer.alloc(400, 1),
  ]);

function bmp(): Buffer {
  const stride = width * 3;
  const data = Buffer.alloc(54 + stride * height, 90);
  data.fill(0, 0, 54);
  data.write("BM", "latin1");
  data.writeUInt32LE(data.length, 2);
  data.writeUInt32LE(54, 10);
  data.writeUInt32LE(40, 14);
  data.writeInt32LE(width, 18);
  data.writeInt32LE(height, 22);
  data.writeUInt16LE(1, 26);
  data.writeUInt16LE(24, 28);
  return data;
}

const plain = (file: string, what: string, make: OddPicture["make"]): OddPicture => ({ file, what, make });

export const oddPictures: readonly OddPicture[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((orientation) =>
    plain(`exif-${orientation}.jpg`, `JPEG, EXIF orientation ${orientation}`, () =>
      jpeg(picture().withMetadata({ orientation })),
    ),
  ),
  plain("exif-6.png", "PNG, EXIF orientation 6", () => picture().withMetadata({ orientation: 6 }).png().toBuffer()),
  plain("exif-6.webp", "WebP, EXIF orientation 6", () =>
    picture().withMetadata({ orientation: 6 }).webp({ lossless: true }).toBuffer(),
  ),
  plain("exif-6.tif", "TIFF, orientation 6", () => picture().withMetadata({ orientation: 6 }).tiff().toBuffer()),
  plain("exif-odd.jpg", "JPEG, EXIF that is cut short", () =>
    withSegment(0xe1, Buffer.from("Exif\0\0MM\0*\0\0\0\x08\0\x09", "latin1")),
  ),
  ...[1, 2, 4, 8, 16].map((depth) =>
    plain(`grey-${depth}.png`, `PNG, grey of ${depth} bit`, () => png({ depth, colour: 0 })),
  ),
  ...[1, 2, 4, 8].map((depth) =>
    plain(`palette-${depth}.png`, `PNG, palette of ${2 ** depth} colours`, () =>
      png({ depth, colour: 3, before: [palette(depth)] }),
    ),
  ),
  plain("palette-clear.png", "PNG, palette with transparency (tRNS)", () =>
    png({ depth: 8, colour: 3, before: [palette(8), chunk("tRNS", Buffer.from([0, 128, 255]))] }),
  ),
  plain("palette-short.png", "PNG, pixels beyond its palette", () =>
    png({ depth: 8, colour: 3, before: [chunk("PLTE", Buffer.alloc(12, 200))] }),
  ),
  plain("palette-none.png", "PNG, palette missing", () => png({ depth: 8, colour: 3 })),
  plain("grey-clear.png", "PNG, grey with one transparent shade (tRNS)", () =>
    png({ depth: 8, colour: 0, before: [chunk("tRNS", Buffer.from([0, 37]))] }),
  ),
  plain("rgb-clear.png", "PNG, one transparent colour (tRNS)", () =>
    png({ depth: 8, colour: 2, before: [chunk("tRNS", Buffer.from([0, 0, 0, 37, 0, 74]))] }),
  ),
  plain("grey-alpha-8.png", "PNG, grey and alpha", () => png({ depth: 8, colour: 4 })),
  plain("grey-alpha-16.png", "PNG, grey and alpha of 16 bit", () => png({ depth: 16, colour: 4 })),
  plain("rgb-16.png", "PNG, 16 bit", () => png({ depth: 16, colour: 2 })),
  plain("rgba-16.png", "PNG, 16 bit and alpha", () => png({ depth: 16, colour: 6 })),
  plain("interlaced.png", "PNG, interlaced", () => picture().png({ progressive: true }).toBuffer()),
  plain("gamma.png", "PNG, gamma of 1 (gAMA)", () =>
    png({ depth: 8, colour: 2, before: [chunk("gAMA", Buffer.from([0, 1, 0x86, 0xa0]))] }),
  ),
  plain("p3.png", "PNG, colours of Display P3", () => picture().withIccProfile("p3").png().toBuffer()),
  plain("animated.png", "PNG, animated", animatedPng),
  plain("text-crc.png", "PNG, wrong checksum of a text", () => png({ depth: 8, colour: 2, before: [text(1)] })),
  plain("pixels-crc.png", "PNG, wrong checksum of the pixels", () =>
    Buffer.concat([signature, header(8, 2), chunk("IDAT", rows(8, 3), 1), chunk("IEND", Buffer.alloc(0))]),
  ),
  plain("header-crc.png", "PNG, wrong checksum of the head", () => {
    const bytes = png({ depth: 8, colour: 2 });
    bytes[29]! ^= 255;
    return bytes;
  }),
  plain("no-end.png", "PNG without its last chunk", () => png({ depth: 8, colour: 2 }).subarray(0, -12)),
  plain("after-end.png", "PNG, bytes after the end", () =>
    png({ depth: 8, colour: 2, tail: Buffer.from("more that nobody reads") }),
  ),
  plain("cut.png", "PNG, cut in the middle", () => cut(larger().png({ compressionLevel: 0 }).toBuffer(), 0.5)),
  plain("cut-head.png", "PNG, cut behind its first eight bytes", () => signature),
  plain("no-size.png", "PNG, 0 × 0 pixels", () =>
    Buffer.concat([signature, header(8, 2, [0, 0]), chunk("IDAT", rows(8, 3)), chunk("IEND", Buffer.alloc(0))]),
  ),
  plain("unknown-chunk.png", "PNG, a chunk that nobody knows", () =>
    png({ depth: 8, colour: 2, before: [chunk("odDy", Buffer.from("odd"))] }),
  ),
  plain("plain.jpg", "JPEG", () => jpeg()),
  plain("progressive.jpg", "JPEG, progressive", () => picture().jpeg({ progressive: true }).toBuffer()),
  plain("grey.jpg", "JPEG, grey", () => picture().greyscale().jpeg().toBuffer()),
  plain("thin-colour.jpg", "JPEG, colours at half the resolution (4:2:0)", () =>
    picture().jpeg({ chromaSubsampling: "4:2:0" }).toBuffer(),
  ),
  plain("cmyk.jpg", "JPEG, CMYK without a profile", () => picture().toColourspace("cmyk").jpeg().toBuffer()),
  plain("cmyk-profile.jpg", "JPEG, CMYK with a profile", () =>
    picture().toColourspace("cmyk").withIccProfile("cmyk").jpeg().toBuffer(),
  ),
  plain("p3.jpg", "JPEG, colours of Display P3", () => jpeg(picture().withIccProfile("p3"))),
  plain("adobe-rgb.jpg", "JPEG, colours of AdobeRGB", () =>
    withSegment(0xe2, Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), adobeRgb()])),
  ),
  plain("bad-profile.jpg", "JPEG, a profile of nonsense", () =>
    withSegment(0xe2, Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), Buffer.alloc(200, 7)])),
  ),
  plain("scan-end-0.jpg", "JPEG whose scan says that it ends at coefficient 0, as some phones write it", () =>
    patched(startOfScan, lastOfScan, 0),
  ),
  plain("12-bit.jpg", "JPEG, 12 bit", () => patched(startOfFrame, (at) => at + 4, 12)),
  plain("no-size.jpg", "JPEG, 0 pixels high", () => patched(startOfFrame, (at) => at + 6, 0)),
  plain("flipped-byte.jpg", "JPEG, one byte of the pixels is wrong", async () => {
    const bytes = Uint8Array.from(await jpeg(larger()));
    bytes[Math.floor(bytes.length * 0.6)]! ^= 0x55;
    return bytes;
  }),
  plain("no-end.jpg", "JPEG without its last two bytes", async () => (await jpeg()).subarray(0, -2)),
  plain("cut.jpg", "JPEG, cut in the middle", () => cut(jpeg(larger()), 0.5)),
  plain("cut-progressive.jpg", "JPEG, progressive, cut in the middle", () =>
    cut(larger().jpeg({ progressive: true }).toBuffer(), 0.5),
  ),
  plain("cut-head.jpg", "JPEG, cut in its head", async () => (await jpeg()).subarray(0, 40)),
  plain("after-end.jpg", "JPEG, bytes after the end", async () =>
    Buffer.concat([await jpeg(), Buffer.from("more that nobody reads")]),
  ),
  plain("two.jpg", "JPEG, a second one behind it, as phones keep depth", async () =>
    Buffer.concat([await jpeg(), await jpeg(picture().resize(8, 6))]),
  ),
  plain("comment.jpg", "JPEG, a comment of 60,000 bytes", () => withSegment(0xfe, Buffer.alloc(60_000, 65))),
  plain("plain.gif", "GIF", () => picture().gif().toBuffer()),
  plain("clear.gif", "GIF, transparent", () => picture().ensureAlpha(0).gif().toBuffer()),
  plain("animated.gif", "GIF, animated", () =>
    frames()
      .gif({ delay: [100, 100] })
      .toBuffer(),
  ),
  plain("cut.gif", "GIF, cut in the middle", () => cut(larger().gif().toBuffer(), 0.5)),
  plain("no-end.gif", "GIF without its last byte", async () => (await picture().gif().toBuffer()).subarray(0, -1)),
  plain("lossy.webp", "WebP", () => picture().webp().toBuffer()),
  plain("lossless.webp", "WebP, lossless", () => picture().webp({ lossless: true }).toBuffer()),
  plain("clear.webp", "WebP, half transparent", () => clear().webp({ lossless: true }).toBuffer()),
  plain("animated.webp", "WebP, animated", () =>
    frames()
      .webp({ lossless: true, delay: [100, 100] })
      .toBuffer(),
  ),
  plain("cut.webp", "WebP, cut in the middle", () => cut(larger().webp({ lossless: true }).toBuffer(), 0.5)),
  plain("plain.tif", "TIFF", () => picture().tiff().toBuffer()),
  plain("lzw.tif", "TIFF, LZW", () => picture().tiff({ compression: "lzw" }).toBuffer()),
  plain("16-bit.tif", "TIFF, 16 bit", () =>
    picture().toColourspace("rgb16").tiff({ compression: "deflate" }).toBuffer(),
  ),
  plain("black-white.tif", "TIFF, 1 bit", () =>
    picture().toColourspace("b-w").tiff({ bitdepth: 1, compression: "ccittfax4" }).toBuffer(),
  ),
  plain("cmyk.tif", "TIFF, CMYK", () => picture().toColourspace("cmyk").tiff().toBuffer()),
  plain("jpeg.tif", "TIFF, packed as JPEG", () => picture().tiff({ compression: "jpeg" }).toBuffer()),
  plain("cut.tif", "TIFF, cut in the middle", () => cut(larger().tiff({ compression: "none" }).toBuffer(), 0.5)),
  plain("heic.jpg", "HEIC that is called .jpg", () => container("heic")),
  plain("picture.avif", "AVIF", () => picture().avif().toBuffer()),
  plain("png.jpg", "PNG that is called .jpg", () => picture().png().toBuffer()),
  plain("drawing.svg", "SVG", () =>
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="16" height="12"><rect width="9" height="9"/></svg>'),
  ),
  plain("picture.bmp", "BMP", bmp),
  plain("picture.jxl", "JPEG XL", () => Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.alloc(60, 3)])),
  plain("picture.jp2", "JPEG 2000", () =>
    Buffer.concat([Buffer.from([0, 0, 0, 12]), Buffer.from("jP  \r\n\x87\n", "latin1"), Buffer.alloc(60, 3)]),
  ),
  plain("layers.psd", "Photoshop", () => Buffer.concat([Buffer.from("8BPS\0\x01", "latin1"), Buffer.alloc(60)])),
  plain("page.pdf", "PDF", () => Buffer.from("%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n")),
  plain("page.jpg", "a web page that is called .jpg", () => Buffer.from("<!doctype html><title>Not found</title>")),
  plain("text.png", "a text that is called .png", () => Buffer.from("hello")),
  plain("empty.jpg", "zero bytes", () => new Uint8Array()),
];
