import { defineRoute } from "@/lib/api/define-route";
import { getExplanation } from "@/lib/features/explanations/data";
import { deleteExplanation, editExplanation } from "@/lib/features/explanations/mutations";
import {
  deleteExplanationContract,
  editExplanationContract,
  getExplanationContract,
} from "@/lib/features/explanations/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(getExplanationContract, ({ params }) => getExplanation(params.id));

export const PUT = defineRoute(editExplanationContract, ({ params, body }) => editExplanation(params.id, body.text));

export const DELETE = defineRoute(deleteExplanationContract, ({ params }) => deleteExplanation(params.id));
