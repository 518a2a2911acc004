import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { env } from "@/lib/core/env";
import { openAtlas } from "@/lib/world/atlas";

/** Lets this test's FOVEA_HOME share the sprites in the project's .cache: rendering them takes ten seconds. */
export async function shareWorldCache(): Promise<void> {
  const shared = join(import.meta.dirname, "../../.cache");
  await openAtlas(shared);
  await mkdir(env().FOVEA_HOME, { recursive: true });
  await symlink(shared, join(env().FOVEA_HOME, "cache")).catch(() => {});
}
