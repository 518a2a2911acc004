"use client";
import { CompareTray } from "../compare/compare-tray";
import { ListKeys } from "../lists/list-keys";
import { StoryBar } from "../story/story-bar";

/** What stands beside the explorer's pages: the compare tray, stars and lists, the step of a story. */
export function Dock() {
  return (
    <>
      <CompareTray />
      <ListKeys />
      <StoryBar />
    </>
  );
}
