"use client";
import { lazy } from "react";
import { WhenNear } from "../ui/when-near";
import type { Opinion } from "./opinion-of";

const ExplanationTools = lazy(() => import("./explanation-tools").then((m) => ({ default: m.ExplanationTools })));
const FeatureTools = lazy(() => import("./feature-tools").then((m) => ({ default: m.FeatureTools })));

/** What can be done with an explanation: votes, pin, its evidence, for words of a person edit and delete; it comes with the first look. */
export function Opinions(props: { feature: string; explanation: Opinion }) {
  return <WhenNear className="min-h-7">{() => <ExplanationTools {...props} />}</WhenNear>;
}

/** A place to write an explanation, and the ways to have it explained or scored anew. */
export function OwnExplanation({ feature }: { feature: string }) {
  return <WhenNear className="mt-3 min-h-9">{() => <FeatureTools feature={feature} />}</WhenNear>;
}
