"use client";
import { usePathname, useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import { printPlace, readPlace, STORY_PARAM } from "@/lib/stories/format";
import type { Story } from "@/lib/stories/schema";
import { useFetched } from "../feature/use-fetched";
import { Button, buttonClass } from "../ui/button";
import { Link } from "../ui/link";
import { setUrlParams } from "../ui/url-params";
import { StoryCard } from "./story-card";
import { StoryStepCard } from "./story-step-card";
import { endTour, isToured } from "./toured";

/** The stories as they came last: a new page shows its step at once. */
let known: readonly Story[] | undefined;

/**
 * The step of a story that the address names (`story=fries.2`), on whatever page that is; on the home page of who is here for
 * the first time, the offer of the tour. Who follows a link of the page in the middle of a story keeps it.
 */
export function StoryBar() {
  const path = usePathname();
  const place = readPlace(useSearchParams().get(STORY_PARAM));
  const end = useKept(path, place && printPlace(place));
  const [offered, setOffered] = useState(false);
  useEffect(() => setOffered(path === "/" && !isToured()), [path]);
  const { data, problem, retry } = useFetched<{ items: Story[] }>(place || offered ? "/api/v1/stories" : null);
  known = data?.items ?? known;
  const decline = () => {
    endTour();
    setOffered(false);
    end();
  };
  if (!place) {
    const tour = offered ? known?.find(({ name }) => name === "tour")?.steps[0] : undefined;
    return tour ? <Offer href={tour.href} onDecline={decline} /> : null;
  }
  if (problem && !known) {
    return (
      <StoryCard label="Story" words={problem.message}>
        <Button onClick={end}>Close</Button>
        <Button look="solid" onClick={retry}>
          Try again
        </Button>
      </StoryCard>
    );
  }
  const at = known?.findIndex(({ name }) => name === place.name) ?? -1;
  const story = known?.[at];
  if (!story) return null;
  return (
    <StoryStepCard
      story={story}
      step={Math.min(place.step, story.steps.length)}
      path={path}
      following={known?.slice(at + 1).find(({ steps }) => steps.length > 0)}
      onEnd={story.name === "tour" ? decline : end}
    />
  );
}

function Offer({ href, onDecline }: { href: string; onDecline: () => void }) {
  return (
    <StoryCard label="Tour" words="New here? Three steps show what a feature is and how to turn it.">
      <Button look="ghost" onClick={onDecline}>
        Not now
      </Button>
      <Link href={href} scroll={false} className={buttonClass("solid")}>
        Show me
      </Link>
    </StoryCard>
  );
}

/** The place on the pages before this one, and whether the browser's own buttons led here. */
const walk = { place: null as string | null, byHistory: false };

/**
 * Puts the place into the address of a page that a link without it led to; going back in history, or home, leaves the story.
 * @returns ends the story.
 */
function useKept(path: string, place: string | null): () => void {
  useEffect(() => {
    const onPop = () => {
      walk.byHistory = true;
    };
    window.addEventListener("popstate", onPop);
    return () => window.removeEventListener("popstate", onPop);
  }, []);
  useEffect(() => {
    if (place === null && walk.place !== null && path !== "/" && !walk.byHistory) {
      setUrlParams({ [STORY_PARAM]: walk.place }, "replace");
    } else {
      walk.place = place;
    }
    walk.byHistory = false;
  }, [path, place]);
  return () => {
    walk.place = null;
    setUrlParams({ [STORY_PARAM]: null }, "replace");
  };
}
