"use client";
import { lazy, Suspense, useEffect, useState } from "react";

const CompareTray = lazy(() => import("./compare-tray").then((m) => ({ default: m.CompareTray })));

const AFTER_MS = 200;

/** The place of the compare tray: nothing of it is in the first load, it comes as soon as the page stands. */
export function CompareDock() {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return due ? (
    <Suspense>
      <CompareTray />
    </Suspense>
  ) : null;
}
