/**
 * The one client of the page, and how it is let in where the server asks for a token.
 *
 * The token is shown once for a session, whose cookie no script can read. Over plain HTTP from another machine browsers
 * keep no such cookie: then the token itself lives as long as the tab, in no address and in no lasting store.
 */
import { ApiError, createClient } from "@statusquo/api/client";

const TOKEN_KEY = "statusquo-token";

/** Enters with `token`. Rejects as the client does, with 401 when it is not the one. */
export async function enter(token: string): Promise<void> {
  sessionStorage.removeItem(TOKEN_KEY);
  await client.beginSession(token);
  const kept = await client.session().catch(() => null);
  if (kept === null) sessionStorage.setItem(TOKEN_KEY, token);
}

/** Ends the session, and forgets the token. */
export async function leave(): Promise<void> {
  await client.endSession();
  sessionStorage.removeItem(TOKEN_KEY);
}

export const client = createClient({ token: () => sessionStorage.getItem(TOKEN_KEY) });

export const isTokenNeeded = (error: unknown) => error instanceof ApiError && error.status === 401;
