/** Work that costs somebody something is done a few at a time; who asks for more is told to wait. */
import { RefusedRequest } from "./problem.ts";

/**
 * Runs work under a name unless as much of that name is under way as may be.
 *
 * @param most of one name at once
 */
export function atATime(most: number) {
  const underWay = new Map<string, number>();
  return async <T>(name: string, busy: string, work: () => Promise<T>): Promise<T> => {
    const running = underWay.get(name) ?? 0;
    if (running >= most)
      throw new RefusedRequest({
        status: 409,
        word: "state-conflict",
        title: "Not in this state",
        detail: busy,
        conflict: { current: "under way", resolve: "Wait for its answer, then ask again." },
      });
    underWay.set(name, running + 1);
    try {
      return await work();
    } finally {
      const left = (underWay.get(name) ?? 1) - 1;
      if (left === 0) underWay.delete(name);
      else underWay.set(name, left);
    }
  };
}
