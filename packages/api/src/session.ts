/**
 * Sessions: a browser that has shown the token once gets a cookie instead, which no script can read.
 *
 * They live in this process: a restart, which a new token takes, ends all of them. Kept are hashes of what was given out.
 */
import { createHash, randomBytes } from "node:crypto";
import type { EpochMs } from "@statusquo/core";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";

/** `__Host-` makes browsers hold it to HTTPS (or localhost), to this host, and to all of its paths. */
export const SESSION_COOKIE = "__Host-statusquo";
/** Longest life, and longest time without being used, ms. */
export const SESSION_MS = 7 * 86_400_000;
export const SESSION_IDLE_MS = 86_400_000;
const MOST_SESSIONS = 1_000;

interface Session {
  beganAt: EpochMs;
  usedAt: EpochMs;
}

export interface Sessions {
  /** Gives out a new session, as a cookie of this answer. */
  begin(context: Context): { expiresAt: EpochMs };
  /** When the session of this request ends, which counts as using it; null when it has none. */
  use(context: Context): EpochMs | null;
  /** Ends the session of this request, and takes its cookie away. */
  end(context: Context): void;
}

export function createSessions(now: () => EpochMs): Sessions {
  /** The one that was used last is the last. */
  const sessions = new Map<string, Session>();
  const nameOf = (context: Context) => {
    const cookie = getCookie(context, SESSION_COOKIE);
    return cookie === undefined ? null : hashOf(cookie);
  };

  return {
    begin(context) {
      const secret = randomBytes(32).toString("base64url");
      const at = now();
      sessions.set(hashOf(secret), { beganAt: at, usedAt: at });
      const [oldest] = sessions.keys();
      if (sessions.size > MOST_SESSIONS && oldest !== undefined) sessions.delete(oldest);
      setCookie(context, SESSION_COOKIE, secret, { ...ATTRIBUTES, maxAge: SESSION_MS / 1_000 });
      return { expiresAt: at + SESSION_MS };
    },
    use(context) {
      const name = nameOf(context);
      const session = name === null ? undefined : sessions.get(name);
      if (name === null || session === undefined) return null;
      sessions.delete(name);
      const at = now();
      const expiresAt = Math.min(session.beganAt + SESSION_MS, session.usedAt + SESSION_IDLE_MS);
      if (at >= expiresAt) return null;
      sessions.set(name, { ...session, usedAt: at });
      return session.beganAt + SESSION_MS;
    },
    end(context) {
      const name = nameOf(context);
      if (name !== null) sessions.delete(name);
      setCookie(context, SESSION_COOKIE, "", { ...ATTRIBUTES, maxAge: 0 });
    },
  };
}

const ATTRIBUTES = { httpOnly: true, secure: true, sameSite: "Strict", path: "/" } as const;
const hashOf = (secret: string) => createHash("sha256").update(secret).digest("base64url");
