import { defineRoute } from "@/lib/api/define-route";
import { otherImages } from "@/lib/steering/fix/data";
import { otherImagesContract } from "@/lib/steering/fix/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(otherImagesContract, async ({ query }) => ({ images: await otherImages(query) }));
