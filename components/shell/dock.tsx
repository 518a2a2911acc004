"use client";
import { CompareTray } from "../compare/compare-tray";
import { ListKeys } from "../lists/list-keys";
import { Tour } from "../tour/tour";

/** What stands beside the explorer's pages: the compare tray, stars and lists, the tour. */
export function Dock() {
  return (
    <>
      <CompareTray />
      <ListKeys />
      <Tour />
    </>
  );
}
