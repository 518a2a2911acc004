"use client";
import { useEffect, useRef } from "react";
import type { Story } from "@/lib/stories/schema";
import { Button, buttonClass } from "../ui/button";
import { Link } from "../ui/link";
import { StoryCard } from "./story-card";

interface Props {
  story: Story;
  /** From 1; 0 where the story cannot be told. */
  step: number;
  /** Of the page that is shown. */
  path: string;
  /** The next story that can be told. */
  following: Story | undefined;
  onEnd: () => void;
}

/** Whether the last step was left by the card's own ways: then the next one's has the focus, so that Enter walks on. */
let walking = false;

/** One step of a story with the ways back and on. */
export function StoryStepCard({ story, step, path, following, onEnd }: Props) {
  const { name, title, steps, missing } = story;
  const ways = useRef<HTMLSpanElement>(null);
  const place = `${name}.${step}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new step is all that matters
  useEffect(() => {
    if (walking) ways.current?.querySelector<HTMLElement>("[data-onward]")?.focus({ preventScroll: true });
    walking = false;
  }, [place]);
  const walk = () => {
    walking = true;
  };
  const label = name === "tour" ? "Tour" : "Story";
  if (missing) {
    return (
      <StoryCard label={label} over={`Story · ${title}`} title="Not to be told yet" words={missing.words}>
        <Button look="ghost" onClick={onEnd}>
          Close
        </Button>
        <Link href={missing.href} className={buttonClass("solid")}>
          {missing.link}
        </Link>
      </StoryCard>
    );
  }
  const [before, now, after] = [steps[step - 2], steps[step - 1], steps[step]];
  if (!now) return null;
  const last = name === "tour" ? undefined : following;
  return (
    <StoryCard
      label={label}
      over={`${label}${name === "tour" ? "" : ` · ${title}`} · ${step} of ${steps.length}`}
      title={now.title}
      words={now.words}
    >
      <span ref={ways} className="flex flex-wrap items-center justify-end gap-2">
        {path !== new URL(now.href, "http://here").pathname && (
          <Link href={now.href} className={buttonClass("outline")} onClickCapture={walk}>
            To this step
          </Link>
        )}
        {before ? (
          <Link
            href={before.href}
            className={buttonClass("outline")}
            onClickCapture={walk}
            data-key="p"
            data-key-label="previous step of the story"
          >
            Back
          </Link>
        ) : null}
        {after ? (
          <>
            <Button look="ghost" onClick={onEnd}>
              End
            </Button>
            <Link
              href={after.href}
              ahead
              className={buttonClass("solid")}
              onClickCapture={walk}
              data-onward
              data-key="n"
              data-key-label="next step of the story"
            >
              Next
            </Link>
          </>
        ) : (
          <>
            {last?.steps[0] && (
              <Link href={last.steps[0].href} className={buttonClass("outline")} onClickCapture={walk}>
                Next: {last.title}
              </Link>
            )}
            <Button look="solid" onClick={onEnd} data-onward>
              Done
            </Button>
          </>
        )}
      </span>
    </StoryCard>
  );
}
