"use client";
import { usePathname, useSearchParams } from "next/navigation";
import { Button, buttonClass } from "../ui/button";
import { Link } from "../ui/link";
import { setUrlParams } from "../ui/url-params";
import { endTour, stepOf } from "./steps";
import { TourCard } from "./tour-card";

/** The step of the tour that an address of the explorer names: `tour=2`. The first is told by the home page, which knows a feature. */
export function Tour() {
  const path = usePathname();
  const step = stepOf(useSearchParams().get("tour"));
  if (!step || step.n === 1) return null;
  const end = () => {
    endTour();
    setUrlParams({ tour: null }, "replace");
  };
  return (
    <TourCard label="Tour" step={step} words={step.words}>
      <Button look={step.n === 3 ? "solid" : "ghost"} onClick={end}>
        {step.n === 3 ? "Done" : "End the tour"}
      </Button>
      {step.n !== 3 && (
        <Link href={`${path}?tour=${step.n + 1}`} scroll={false} className={buttonClass("solid")}>
          Next
        </Link>
      )}
    </TourCard>
  );
}
