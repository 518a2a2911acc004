"use client";
import { lazy, Suspense, useEffect, useState } from "react";

const Dock = lazy(() => import("./dock").then((m) => ({ default: m.Dock })));

const AFTER_MS = 200;

/** The place of the dock: nothing of it is in the first load, it comes as soon as the page stands. */
export function LateDock() {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return due ? (
    <Suspense>
      <Dock />
    </Suspense>
  ) : null;
}
