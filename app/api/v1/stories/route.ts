import { defineRoute } from "@/lib/api/define-route";
import { listStories } from "@/lib/stories/data";
import { storiesContract } from "@/lib/stories/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(storiesContract, async () => ({ items: await listStories() }));
