import "server-only";
import { cache } from "react";
import { listStories } from "./data";

export const loadStories = cache(() => listStories());
