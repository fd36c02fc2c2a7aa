/**
 * Fields of parsed JSON, checked one by one. A field that is not what it should be throws a `FieldFault` naming it, what
 * is allowed and what came; `wire.ts` turns that into a value.
 */

/** A field is not as the wire has it. Never leaves this package. */
export class FieldFault extends Error {}

type Fields = Record<string, unknown>;

const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

function fault(name: string, allowed: string, came: unknown): FieldFault {
  const shown = typeof came === "string" ? JSON.stringify(came.slice(0, 80)) : Array.isArray(came) ? "a list" : came;
  const kind = typeof came === "object" && came !== null && !Array.isArray(came) ? "an object" : shown;
  return new FieldFault(`${name} must be ${allowed}, got ${String(kind)}`);
}

export function object(name: string, value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw fault(name, "an object", value);
  return value as Fields;
}

/** The fields of an object, none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

export function list<T>(name: string, value: unknown, most: number, read: (entry: unknown) => T): T[] {
  if (!Array.isArray(value)) throw fault(name, "a list", value);
  if (value.length > most) throw new FieldFault(`${name} must have at most ${most} entries, got ${value.length}`);
  return value.map(read);
}

export function text(name: string, value: unknown, longest: number): string {
  if (typeof value !== "string") throw fault(name, "text", value);
  if (value.length > longest)
    throw new FieldFault(`${name} must be at most ${longest} characters long, got ${value.length}`);
  return value;
}

export function textOrNull(name: string, value: unknown, longest: number): string | null {
  return value === null ? null : text(name, value, longest);
}

/** The alphabet of monitors and regions. */
export function idText(name: string, value: unknown): string {
  if (typeof value !== "string" || !ID.test(value)) throw fault(name, "a-z, 0-9 and -, 1 to 64 characters", value);
  return value;
}

/** A whole number within `least` and `most`. */
export function whole(name: string, value: unknown, least: number, most: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most)
    throw fault(name, `a whole number ${least} to ${most}`, value);
  return value as number;
}

/** A number from 0 to `most`, fractions allowed. */
export function amount(name: string, value: unknown, most: number): number {
  if (typeof value !== "number" || !(value >= 0 && value <= most)) throw fault(name, `a number 0 to ${most}`, value);
  return value;
}

/** Whole milliseconds since 1970, up to what a Date can hold. */
export function instant(name: string, value: unknown): number {
  return whole(name, value, 0, 8.64e15);
}

export function choice<T>(name: string, value: unknown, allowed: readonly T[]): T {
  if (!allowed.includes(value as T)) throw fault(name, `one of ${allowed.join(", ")}`, value);
  return value as T;
}
