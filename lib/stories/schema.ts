import { z } from "zod";
import { contract } from "@/lib/core/contract";

/** Walks through the product in a few steps: the tour of newcomers, then findings that anybody can see again. */
export const STORIES = ["tour", "fries", "lines", "feelings", "senses", "yes"] as const;
export type StoryName = (typeof STORIES)[number];

export const storyStepSchema = z.object({
  title: z.string(),
  words: z.string().describe("what to look at"),
  href: z.string().describe("the page of the step, which names story and step: story=fries.2"),
});
export type StoryStep = z.infer<typeof storyStepSchema>;

export const storySchema = z
  .object({
    name: z.enum(STORIES),
    title: z.string(),
    about: z.string().describe("what it shows, in one sentence"),
    strip: z.string().nullable().describe("pictures of the feature that it is about"),
    image: z.string().nullable().describe("hash of the picture that it is about, where it is about one"),
    steps: z.array(storyStepSchema).describe("empty when something that it needs is not there"),
    missing: z
      .object({ words: z.string(), href: z.string(), link: z.string() })
      .nullable()
      .describe("what it needs, and where that is made"),
  })
  .meta({ id: "Story" });
export type Story = z.infer<typeof storySchema>;

export const storiesContract = contract({
  method: "GET",
  path: "/stories",
  summary: "Stories told with the features that are there: pages to open one after the other, with what to look at",
  tag: "features",
  response: z.object({ items: z.array(storySchema) }),
});
