/** The window of the ribbons, in the address, so that a link shows what its sender saw. */
import type { OverviewWindow } from "@statusquo/api/client";
import { useSearchParams } from "wouter";

export const WINDOWS = ["1h", "6h", "24h"] as const satisfies OverviewWindow[];

/** One of `allowed` from the address; the first where it says nothing, or something else. */
export function useChoice<T extends string>(name: string, allowed: readonly [T, ...T[]]): [T, (value: T) => void] {
  const [parameters, setParameters] = useSearchParams();
  const given = parameters.get(name);
  const value = allowed.find((each) => each === given) ?? allowed[0];
  return [
    value,
    (next) =>
      setParameters(
        (known) => {
          const changed = new URLSearchParams(known);
          if (next === allowed[0]) changed.delete(name);
          else changed.set(name, next);
          return changed;
        },
        { replace: true },
      ),
  ];
}

/** Text from the address, such as what is searched for. */
export function useText(name: string): [string, (value: string) => void] {
  const [parameters, setParameters] = useSearchParams();
  return [
    parameters.get(name) ?? "",
    (next) =>
      setParameters(
        (known) => {
          const changed = new URLSearchParams(known);
          if (next === "") changed.delete(name);
          else changed.set(name, next);
          return changed;
        },
        { replace: true },
      ),
  ];
}

export const useWindow = () => useChoice<OverviewWindow>("window", WINDOWS);
