"use client";
import { useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import { Button, buttonClass } from "../ui/button";
import { Link } from "../ui/link";
import { setUrlParams } from "../ui/url-params";
import { endTour, isToured, stepOf } from "./steps";
import { TourCard } from "./tour-card";

/** The first step on the home page, or the offer of it to who is here for the first time. @param feature where it leads to */
export function TourOffer({ feature }: { feature: string }) {
  const step = stepOf(useSearchParams().get("tour"));
  const [offered, setOffered] = useState(false);
  useEffect(() => setOffered(!isToured()), []);
  if (!step && !offered) return null;
  const end = () => {
    endTour();
    setOffered(false);
    setUrlParams({ tour: null }, "replace");
  };
  return (
    <TourCard
      label="Tour"
      step={step}
      words={step?.words ?? "New here? Three steps show what a feature is and how to turn it."}
    >
      <Button look="ghost" onClick={end}>
        {step ? "End the tour" : "Not now"}
      </Button>
      <Link href={step ? `/${feature}?tour=2` : "/?tour=1"} scroll={false} className={buttonClass("solid")}>
        {step ? "Next" : "Show me"}
      </Link>
    </TourCard>
  );
}
