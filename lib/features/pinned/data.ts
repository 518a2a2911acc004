import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";

/**
 * Evidence is replaced when it is collected anew, so an address with `at` shows what it was made for or nothing.
 * @param at versions `<sae8>.<evidence8>`; undefined asks for whatever is newest.
 * @throws AppError VERSION_GONE
 */
export async function assertStored(model: string, sae: string, at: string | undefined): Promise<void> {
  if (at === undefined) return;
  const row = await db().sae.findFirst({
    where: { slug: sae, model: { slug: model } },
    select: { hash: true, evidence: true },
  });
  const stored = `${row?.hash.slice(0, 8)}.${row?.evidence?.slice(0, 8)}`;
  if (!row || at === stored) return;
  throw new AppError("VERSION_GONE", `Evidence ${at} is no longer kept: ask without \`at\` for ${stored}.`);
}
