/**
 * Secrets of the source: each becomes a reference, `${env:NAME}`, and its value is written nowhere.
 *
 * The same value under the same name has one variable wherever it stands.
 */

import { isSecretName as isSecretToProbe } from "@statusquo/probe";

/** Short names that are a secret's where nobody can be asked. */
const SHORT_NAME = /^(?:key|auth|pwd|pass|sig|code)$|passw/i;

/** Whether what stands under this name (of a header, parameter or field) is taken for a secret: all that the probe removes. */
export function isSecretName(name: string): boolean {
  const short = name.slice(0, 200);
  return isSecretToProbe(short) || SHORT_NAME.test(short);
}

const REFERENCE = /\$\{(?:env|file):[^}]*\}/;
export const isReference = (text: string): boolean => REFERENCE.test(text);

export interface Secrets {
  /** The reference for a value; a value that holds a reference already stays as it is. */
  reference(value: string, owner: string, what: string): string;
  /** Names of the variables handed out. */
  names(): string[];
}

export function createSecrets(): Secrets {
  const byValue = new Map<string, string>();
  const taken = new Set<string>();
  return {
    reference(value, owner, what) {
      if (isReference(value)) return value;
      const key = JSON.stringify([what.toLowerCase(), value]);
      let name = byValue.get(key);
      if (name === undefined) {
        const base = variableName(owner, what);
        name = base;
        for (let count = 2; taken.has(name); count++) name = `${base}_${count}`;
        byValue.set(key, name);
        taken.add(name);
      }
      return `\${env:${name}}`;
    },
    names: () => [...taken],
  };
}

function variableName(owner: string, what: string): string {
  const parts = `${owner}_${what}`.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
  const name = parts.replace(/^_+|_+$/g, "").slice(0, 100);
  return /^[A-Z]/.test(name) ? name : `V_${name}`;
}
