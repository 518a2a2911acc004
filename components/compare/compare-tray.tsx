"use client";
import { usePathname } from "next/navigation";
import { lazy, Suspense, useEffect, useState } from "react";
import { setUrlParams, useUrlParam } from "../ui/url-params";
import { MOST, pointedAt, readTray, rememberedTray, writeTray } from "./tray-state";

const TrayBar = lazy(() => import("./tray-bar").then((m) => ({ default: m.TrayBar })));

/**
 * Features that were put aside to be compared, at the foot of the explorer's pages. Any control with `data-compare` puts its
 * feature in or takes it out; `c` does so for the feature under the pointer or focus. What is drawn loads with the first.
 */
export function CompareTray() {
  const path = usePathname();
  const [text] = useUrlParam("cmp", "", undefined, "push");
  const [said, setSaid] = useState("");
  const refs = readTray(text);

  // As all personal defaults, it is written into the address where it applies, so that a copied link shows the same.
  useEffect(() => {
    const kept = rememberedTray();
    if (kept.length > 0 && !new URLSearchParams(window.location.search).has("cmp") && path !== "/compare")
      setUrlParams({ cmp: kept.join() });
  }, [path]);

  useEffect(() => {
    const toggle = (ref: string) => {
      const now = readTray(new URLSearchParams(window.location.search).get("cmp") ?? "");
      const full = now.length >= MOST && !now.includes(ref);
      setSaid(full ? `The tray holds ${MOST}: take one out first.` : "");
      if (!full) writeTray(now.includes(ref) ? now.filter((r) => r !== ref) : [...now, ref]);
    };
    const onClick = (event: MouseEvent) => {
      const control = (event.target as Element).closest<HTMLElement>("[data-compare]");
      const ref = control && (control.dataset.compare || pointedAt());
      if (ref) toggle(ref);
      else if (control) setSaid("Point at a feature first.");
    };
    document.addEventListener("click", onClick);
    return () => document.removeEventListener("click", onClick);
  }, []);

  if (path === "/compare") return null;
  return (
    <>
      <button
        type="button"
        hidden
        data-compare=""
        data-key="c"
        data-key-label="put the feature under pointer or focus aside to compare"
      />
      {(refs.length > 0 || said) && (
        <Suspense>
          <TrayBar refs={refs} said={said} onDone={() => setSaid("")} />
        </Suspense>
      )}
    </>
  );
}
