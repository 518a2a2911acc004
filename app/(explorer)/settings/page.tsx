import type { Metadata } from "next";
import { SettingsView } from "@/components/settings/settings-view";
import { env } from "@/lib/core/env";

export const metadata: Metadata = { title: "Settings" };
// Languages are those of the server that answers, not of the one that was built on.
export const dynamic = "force-dynamic";

export default function SettingsPage() {
  return <SettingsView languages={env().EXPLAINER_LANGUAGES} />;
}
