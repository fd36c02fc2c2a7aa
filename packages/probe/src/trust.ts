/** Trust: whether the certificates a definition names can be used, said before anything is probed. */
import { type Connection, mapTexts } from "@statusquo/core";
import { type Environment, fillReferences, findReferences, resolveReferences } from "./references.ts";
import { secureContextFor, type TrustProblem } from "./secure-context.ts";

export interface UntrustedPart extends TrustProblem {
  /** The text as the definition has it, with its reference. */
  written: string;
}

/**
 * What is wrong with the certificates of a connection; null when TLS can use them, or when a reference has no value, which
 * is told of elsewhere.
 */
export async function trustProblemOf(
  { ca, clientCertificate }: Connection,
  env: Environment,
): Promise<UntrustedPart | null> {
  if (ca === undefined && clientCertificate === undefined) return null;
  const { cert = "", key = "", passphrase = "" } = clientCertificate ?? {};
  const references = [ca ?? "", cert, key, passphrase].flatMap(findReferences);
  const { values, problems } = await resolveReferences(references, env);
  if (problems.length > 0) return null;
  const fill = (text: string) => fillReferences(text, values);
  const made = secureContextFor({
    ca: ca && fill(ca),
    clientCertificate: clientCertificate && mapTexts(clientCertificate, fill),
  });
  if (!("problem" in made)) return null;
  return { ...made.problem, written: { ca: ca ?? "", cert, key }[made.problem.part] };
}
