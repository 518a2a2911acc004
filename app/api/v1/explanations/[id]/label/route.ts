import { defineRoute } from "@/lib/api/define-route";
import { pinLabel } from "@/lib/features/explanations/mutations";
import { pinLabelContract } from "@/lib/features/explanations/schema";

export const PUT = defineRoute(pinLabelContract, ({ params, body }) => pinLabel(params.id, body.pinned));
