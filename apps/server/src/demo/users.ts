/**
 * Users. Two unique indexes, on email and on nickname, answer duplicates as PostgreSQL would report them.
 */
import type { EpochMs } from "@statusquo/core";
import type { DemoClock } from "./clock.ts";

export interface StoredUser {
  id: number;
  email: string;
  nickname: string;
  /** Guests leave by themselves after `GUEST_MS`, and their nickname is free again. */
  guest: boolean;
  createdAt: EpochMs;
}

export type UserRegistered =
  | { kind: "registered"; user: StoredUser }
  | { kind: "duplicate"; field: "email" | "nickname"; constraint: string; value: string };

export interface Users {
  register(order: Pick<StoredUser, "email" | "nickname" | "guest">): UserRegistered;
  find(id: number): StoredUser | null;
  remove(id: number): boolean;
}

export const GUEST_MS = 1_000;
const MAX_USERS = 1_000;
const MAX_LEAF_KEYS = 500;
/** How much of a key the corrupted index still compares. */
const COMPARED_CHARACTERS = 4;

/** @param indexIsCorrupted whether the index on email compares too little of a key, and forgets no deleted row */
export function createUsers(clock: Pick<DemoClock, "now">, indexIsCorrupted: () => boolean): Users {
  const users = new Map<number, StoredUser>();
  const byEmail = new Map<string, number>();
  const byNickname = new Map<string, number>();
  // The newest keys that were ever in the index on email; a healthy lookup passes over those of deleted rows.
  let leafKeys: string[] = [];
  let lastId = 0;

  const remove = (id: number) => {
    const user = users.get(id);
    if (!user) return false;
    users.delete(id);
    byEmail.delete(user.email);
    byNickname.delete(user.nickname);
    return true;
  };

  const letGuestsLeave = () => {
    const until = clock.now() - GUEST_MS;
    for (const user of users.values()) if (user.guest && user.createdAt <= until) remove(user.id);
  };

  const emailIsTaken = (email: string) => {
    if (!indexIsCorrupted()) return byEmail.has(email);
    const compared = email.slice(0, COMPARED_CHARACTERS);
    return leafKeys.some((key) => key.startsWith(compared));
  };

  return {
    register({ email: written, nickname, guest }) {
      letGuestsLeave();
      const email = written.toLowerCase();
      if (emailIsTaken(email)) {
        return { kind: "duplicate", field: "email", constraint: "users_email_key", value: email };
      }
      if (byNickname.has(nickname)) {
        return { kind: "duplicate", field: "nickname", constraint: "users_nickname_key", value: nickname };
      }
      const user: StoredUser = { id: ++lastId, email, nickname, guest, createdAt: clock.now() };
      users.set(user.id, user);
      byEmail.set(email, user.id);
      byNickname.set(nickname, user.id);
      leafKeys = [...leafKeys, email].slice(-MAX_LEAF_KEYS);
      const oldest = users.keys().next();
      if (users.size > MAX_USERS && !oldest.done) remove(oldest.value);
      return { kind: "registered", user };
    },
    find(id) {
      letGuestsLeave();
      return users.get(id) ?? null;
    },
    remove(id) {
      letGuestsLeave();
      return remove(id);
    },
  };
}
