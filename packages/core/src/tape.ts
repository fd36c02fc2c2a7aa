/**
 * Tape: numbers in a fixed order, written and read by the same code.
 *
 * Whoever carries a thing on a tape passes every number through it: a tape that writes notes it and gives it back, one
 * that reads gives the noted one instead. So the two directions cannot drift apart.
 */
import { StatusquoError } from "./errors.ts";

export interface Tape {
  readonly writes: boolean;
  /** Notes `value` and gives it back, or gives the number noted here. */
  number(value: number): number;
  /** The same for every number of `values`, in place. */
  numbers(values: Float64Array): void;
  /** The same for a text of ASCII characters. */
  text(value: string): string;
}

/** A tape that writes; `end` gives what was written: 8 bytes a number, little-endian doubles. */
export function writingTape(): Tape & { end: () => Uint8Array } {
  let written = new Float64Array(512);
  let length = 0;
  const reserve = (more: number) => {
    if (length + more <= written.length) return;
    const longer = new Float64Array(Math.max(2 * written.length, length + more));
    longer.set(written);
    written = longer;
  };
  const number = (value: number) => {
    reserve(1);
    written[length++] = value;
    return value;
  };
  return {
    writes: true,
    number,
    numbers: (values) => {
      reserve(values.length);
      // Most arrays are short, where this is several times as fast as set().
      for (let index = 0; index < values.length; index++) written[length++] = values[index]!;
    },
    text: (value) => {
      number(value.length);
      for (let index = 0; index < value.length; index++) number(value.charCodeAt(index));
      return value;
    },
    end: () => new Uint8Array(written.slice(0, length).buffer),
  };
}

/**
 * A tape that reads `bytes`, in any alignment.
 *
 * @param what  named in errors: whose bytes these are
 * @throws {StatusquoError} `store_unusable`, from any of its functions, when the bytes end too early or hold what is not
 *   a finite number; `end` throws it when bytes are left over
 */
export function readingTape(bytes: Uint8Array, what: string): Tape & { end: () => void } {
  const noted = new Float64Array(bytes.slice(0, bytes.length - (bytes.length % 8)).buffer);
  let next = 0;
  const number = () => {
    const value = noted[next++];
    if (value === undefined) throw unusable(`ends after ${noted.length} numbers, more are wanted`);
    if (!Number.isFinite(value)) throw unusable(`number ${next} must be finite, got ${value}`);
    return value;
  };
  const unusable = (why: string) => new StatusquoError("store_unusable", `${what}: ${why}`);
  return {
    writes: false,
    number,
    numbers: (values) => {
      for (let index = 0; index < values.length; index++) values[index] = number();
    },
    text: () => {
      const length = number();
      if (length > noted.length - next) throw unusable(`a text of ${length} characters does not fit`);
      let text = "";
      for (let index = 0; index < length; index++) text += String.fromCharCode(number());
      return text;
    },
    end: () => {
      if (next * 8 !== bytes.length) throw unusable(`${bytes.length} bytes, only ${next * 8} are wanted`);
    },
  };
}
