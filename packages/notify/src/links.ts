/**
 * Links: addresses that messages send their readers to. Only the public URL of the settings makes one.
 */

/** Where an incident can be looked at; null without a public URL. */
export function incidentLink({ publicUrl, incident }: { publicUrl: string | null; incident: number }): string | null {
  const base = baseOf(publicUrl);
  return base === null ? null : `${base}/incidents/${incident}`;
}

/** A setting of ours, but one that ends up in every reader's browser: only the web, and nothing unseen in it. */
export function baseOf(publicUrl: string | null): string | null {
  if (publicUrl === null || !/^https?:\/\/[\x21-\x7e]+$/i.test(publicUrl)) return null;
  return publicUrl.replace(/\/+$/, "");
}

/** Where all incidents are listed. */
export function incidentsLink(publicUrl: string | null): string | null {
  const base = baseOf(publicUrl);
  return base === null ? null : `${base}/incidents`;
}
