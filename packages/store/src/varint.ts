/**
 * Whole numbers as bytes: seven bits each, low ones first, the eighth says that more follow.
 */

/** Appends `value`, 0 to 2^53 - 1. */
export function putNumber(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

/** Appends `value`, which may be negative: small ones of either sign are short. */
export function putSigned(bytes: number[], value: number): void {
  putNumber(bytes, value < 0 ? -2 * value - 1 : 2 * value);
}

/** Takes the numbers out again, in the order they were put. A class, because one is made for every row that is read. */
export class NumberSource {
  readonly #bytes: Uint8Array;
  #place: number;

  constructor(bytes: Uint8Array, from = 0) {
    this.#bytes = bytes;
    this.#place = from;
  }

  /** Whether nothing is left. */
  atEnd(): boolean {
    return this.#place >= this.#bytes.length;
  }

  number(): number {
    let value = 0;
    let weight = 1;
    for (;;) {
      const byte = this.#bytes[this.#place++];
      if (byte === undefined)
        throw new RangeError(`numbers: ${this.#bytes.length} bytes end in the middle of a number`);
      value += (byte & 127) * weight;
      if (byte < 128) return value;
      weight *= 128;
    }
  }

  /** Where the next number begins. */
  get place(): number {
    return this.#place;
  }

  signed(): number {
    const value = this.number();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }
}
