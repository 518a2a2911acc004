"use client";
import { useEffect, useState } from "react";

const AFTER_MS = 200;

/** True once the page stands: what is shown from then on is not in its first load. */
export function useLate(): boolean {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return due;
}
