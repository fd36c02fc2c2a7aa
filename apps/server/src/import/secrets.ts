/**
 * Secrets of the source: each becomes a reference, `${env:NAME}`, and its value is written nowhere.
 *
 * The same value under the same name has one variable wherever it stands.
 */

const SECRET_WORDS =
  "authorization|cookie|token|secret|passw(?:or)?d|passwd|passphrase|api-?key|access-?key|private-?key|credential|session|signature|sig|jwt";
const SECRET_NAME = new RegExp(`(?:^|[-_.])(?:x-)?(?:${SECRET_WORDS})s?(?:$|[-_.])|^(?:key|auth|pwd|pass)$`, "i");

/** Whether what stands under this name (of a header, parameter or field) is taken for a secret. */
export function isSecretName(name: string): boolean {
  const dashed = name
    .slice(0, 200)
    .replaceAll(/([a-z])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-");
  return SECRET_NAME.test(dashed) || /(?:token|secret|password|apikey)$/i.test(name.slice(0, 200));
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
