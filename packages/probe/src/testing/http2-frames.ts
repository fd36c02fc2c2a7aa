/** Frames of HTTP/2 as bytes, right or wrong (RFC 9113 section 4.1), for peers that keep to no library's rules. */

const TYPES = { data: 0, headers: 1, reset: 3, settings: 4, push: 5, ping: 6, goaway: 7, continuation: 9 } as const;

export const END_STREAM = 1;
export const END_HEADERS = 4;

export function frame(
  type: keyof typeof TYPES,
  flags: number,
  stream: number,
  payload: Uint8Array | string = "",
): Buffer {
  const body = Buffer.from(payload as string, "latin1");
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = TYPES[type];
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

/** `:status` as a literal that enters no table (RFC 7541 section 6.2.2). */
export function statusField(status: string): Buffer {
  return Buffer.concat([Buffer.from([0x08, status.length]), Buffer.from(status, "latin1")]);
}

/** A header as a literal; `indexed` puts it into the dynamic table, where 0xbe then means all of it. */
export function field(name: string, value: string, indexed = false): Buffer {
  return Buffer.concat([Buffer.from([indexed ? 0x40 : 0x00]), text(name), text(value)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

/** What a server says first. */
export const PREFACE = frame("settings", 0, 0);
