"use client";
import { lazy } from "react";
import { WhenNear } from "../ui/when-near";
import type { LowerProps } from "./lower";

const Lower = lazy(() => import("./lower").then((m) => ({ default: m.Lower })));

/** What is known beyond the evidence; script and markup come when a reader comes near. */
export function LowerPanels(props: LowerProps) {
  return <WhenNear className="min-h-80">{() => <Lower {...props} />}</WhenNear>;
}
