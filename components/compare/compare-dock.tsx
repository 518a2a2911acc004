"use client";
import { lazy, Suspense, useEffect, useState } from "react";

const CompareTray = lazy(() => import("./compare-tray").then((m) => ({ default: m.CompareTray })));
const ListKeys = lazy(() => import("../lists/list-keys").then((m) => ({ default: m.ListKeys })));

const AFTER_MS = 200;

/** The place of the compare tray, stars and lists: nothing of them is in the first load, they come as soon as the page stands. */
export function CompareDock() {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return due ? (
    <Suspense>
      <CompareTray />
      <ListKeys />
    </Suspense>
  ) : null;
}
