"use client";
import { usePathname } from "next/navigation";
import { useEffect, useState } from "react";
import { pointedAt } from "../compare/tray-state";
import { FetchProblem } from "../ui/fetch-json";
import { Link } from "../ui/link";
import { ListDialog } from "./list-dialog";
import { loadStars, toggleStar } from "./star-list";

const SAID_MS = 4000;

/**
 * Stars and lists by keyboard on the explorer's pages. Any control with `data-star` stars its feature; `Shift x` does so for the
 * feature under the pointer or focus, and `x` opens its lists.
 */
export function ListKeys() {
  const path = usePathname();
  const [listed, setListed] = useState<string>();
  const [said, setSaid] = useState<{ words: string; seen: boolean }>();
  // Another page, or somebody in another tab, may have changed the list.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page reads it again
  useEffect(() => {
    loadStars().catch(() => {});
  }, [path]);
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const control = (event.target as Element).closest<HTMLElement>("[data-star], [data-list]");
      if (!control) return;
      const stars = control.dataset.star !== undefined;
      const ref = control.dataset.star || control.dataset.list || pointedAt();
      if (!ref) setSaid({ words: "Point at a feature first.", seen: true });
      else if (!stars) setListed(ref);
      else
        toggleStar(ref).then(
          (on) => setSaid({ words: on ? "Starred." : "The star was taken back.", seen: on }),
          (error: unknown) =>
            setSaid({ words: error instanceof FetchProblem ? error.message : "The star was not kept.", seen: true }),
        );
    };
    document.addEventListener("click", onClick);
    return () => document.removeEventListener("click", onClick);
  }, []);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(undefined), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <>
      <button
        type="button"
        hidden
        data-list=""
        data-key="x"
        data-key-label="put the feature under pointer or focus into a list"
      />
      <button type="button" hidden data-star="" data-key="X" data-key-label="star the feature under pointer or focus" />
      <p
        role="status"
        className={
          said?.seen
            ? "fixed bottom-4 left-1/2 z-40 -translate-x-1/2 rounded-lg border border-line bg-panel px-4 py-2 text-sm shadow-lift"
            : "sr-only"
        }
      >
        {said?.words}
        {said?.words === "Starred." && (
          <Link href="/lists" className="ml-3 rounded text-accent underline underline-offset-2">
            Lists
          </Link>
        )}
      </p>
      {listed && <ListDialog key={listed} feature={listed} onClose={() => setListed(undefined)} />}
    </>
  );
}
