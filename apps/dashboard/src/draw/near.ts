/** What comes near the screen, and what changes its size: one observer each for the whole page, however much is watched. */
import { type RefObject, useEffect, useRef, useState } from "react";

/** How far outside the screen is near. */
const MARGIN = "300px";

const nears = new Map<Element, (isNear: boolean) => void>();
const sizes = new Map<Element, () => void>();
let near: IntersectionObserver | undefined;
let sized: ResizeObserver | undefined;

/** Calls `listener` soon, and whenever it changes whether `element` is near. Returns what ends that. */
export function whenNear(element: Element, listener: (isNear: boolean) => void): () => void {
  near ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) nears.get(target)?.(isIntersecting);
    },
    { rootMargin: MARGIN },
  );
  nears.set(element, listener);
  near.observe(element);
  return () => {
    nears.delete(element);
    near?.unobserve(element);
  };
}
/** Whether the element of the returned ref is near; it is not until that is known. */
export function useNear<T extends Element>(): [RefObject<T | null>, boolean] {
  const ref = useRef<T>(null);
  const [isNear, setIsNear] = useState(false);
  useEffect(() => (ref.current === null ? undefined : whenNear(ref.current, setIsNear)), []);
  return [ref, isNear];
}

/** Calls `listener` soon, and whenever the size of `element` changes. Returns what ends that. */
export function whenResized(element: Element, listener: () => void): () => void {
  sized ??= new ResizeObserver((entries) => {
    for (const { target } of entries) sizes.get(target)?.();
  });
  sizes.set(element, listener);
  sized.observe(element);
  return () => {
    sizes.delete(element);
    sized?.unobserve(element);
  };
}
