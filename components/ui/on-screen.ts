"use client";
import { type RefObject, useEffect, useState } from "react";

let observer: IntersectionObserver | undefined;
const callbacks = new Map<Element, (visible: boolean) => void>();

/** True once the element is on screen or within half a screen of it: nothing further away is drawn. */
export function useOnScreen(ref: RefObject<Element | null>): boolean {
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    observer ??= new IntersectionObserver(
      (entries) => {
        for (const entry of entries) callbacks.get(entry.target)?.(entry.isIntersecting);
      },
      { rootMargin: "50%" },
    );
    callbacks.set(element, setVisible);
    observer.observe(element);
    return () => {
      observer?.unobserve(element);
      callbacks.delete(element);
    };
  }, [ref]);
  return visible;
}
