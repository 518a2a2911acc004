import type { Metadata } from "next";
import { SteerDesk } from "@/components/steering/steer-desk";
import type { PageQuery } from "@/lib/core/page";
import { loadDesk } from "@/lib/steering/loaders";

export const metadata: Metadata = {
  title: "Steer",
  description: "Turn features up or down while a model answers, and compare with the untouched answer.",
};

export default async function SteerPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const { data, query } = await loadDesk(await searchParams);
  return <SteerDesk data={data} query={query} />;
}
