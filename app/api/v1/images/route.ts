import { defineRoute } from "@/lib/api/define-route";
import { storeImage } from "@/lib/samples/mutations";
import { uploadImageContract } from "@/lib/samples/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(uploadImageContract, async ({ request }) =>
  storeImage(new Uint8Array(await request.arrayBuffer())),
);
