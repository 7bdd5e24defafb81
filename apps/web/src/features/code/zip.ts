const TABLE = Uint32Array.from({ length: 256 }, (_none, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff]! ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

const UTF8_NAMES = 0x0800;
const FIRST_OF_1980 = 0x0021;

/** The fields that a file's own head and its entry in the list at the end share (APPNOTE 4.3.7, from "version needed"). */
function shared(name: Uint8Array, bytes: Uint8Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(26));
  view.setUint16(0, 20, true);
  view.setUint16(2, UTF8_NAMES, true);
  view.setUint16(8, FIRST_OF_1980, true);
  view.setUint32(10, crc32(bytes), true);
  view.setUint32(14, bytes.length, true);
  view.setUint32(18, bytes.length, true);
  view.setUint16(22, name.length, true);
  return new Uint8Array(view.buffer);
}

/** Texts as one ZIP file, stored as they are: files of a workspace are small, and equal texts give equal bytes. */
export function zipOf(files: readonly { readonly path: string; readonly text: string }[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const heads: Uint8Array[] = [];
  const list: Uint8Array[] = [];
  let at = 0;
  for (const { path, text } of files) {
    const [name, bytes] = [encoder.encode(path), encoder.encode(text)];
    const fields = shared(name, bytes);
    const entry = new DataView(new ArrayBuffer(46));
    entry.setUint32(0, 0x02014b50, true);
    entry.setUint16(4, 20, true);
    new Uint8Array(entry.buffer).set(fields, 6);
    entry.setUint32(42, at, true);
    heads.push(Uint8Array.of(0x50, 0x4b, 3, 4), fields, name, bytes);
    list.push(new Uint8Array(entry.buffer), name);
    at += 30 + name.length + bytes.length;
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  end.setUint32(
    12,
    list.reduce((sum, one) => sum + one.length, 0),
    true,
  );
  end.setUint32(16, at, true);
  const parts = [...heads, ...list, new Uint8Array(end.buffer)];
  const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
