/**
 * The one client of the page, and the token it sends where the server asks for one.
 *
 * The token lives as long as the tab: in no address, in no lasting store.
 */
import { ApiError, createClient } from "@statusquo/api/client";

const TOKEN_KEY = "statusquo-token";

export function rememberToken(token: string): void {
  sessionStorage.setItem(TOKEN_KEY, token);
}

/** Whether the token that was entered is the one that was asked for again. */
export const wasRefused = () => sessionStorage.getItem(TOKEN_KEY) !== null;

export const client = createClient({ token: () => sessionStorage.getItem(TOKEN_KEY) });

export const isTokenNeeded = (error: unknown) => error instanceof ApiError && error.status === 401;
