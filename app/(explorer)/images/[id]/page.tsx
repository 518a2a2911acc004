import type { Metadata } from "next";
import { ImageHead } from "@/components/inspect/image-head";
import { InspectDesk } from "@/components/inspect/inspect-desk";
import { flatQuery, type PageQuery } from "@/lib/core/page";
import { loadImagePage } from "@/lib/inspect/loaders";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<PageQuery>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { sample } = await loadImagePage((await params).id);
  return { title: sample.image?.alt ?? "Image" };
}

/** One stored image and everything that fires on it. */
export default async function ImagePage({ params, searchParams }: Props) {
  const { sample, desk } = await loadImagePage((await params).id);
  const query = new URLSearchParams(flatQuery(await searchParams)).toString();
  return (
    <>
      <ImageHead sample={sample} />
      <InspectDesk {...desk} query={query} fixed={sample.sha} />
    </>
  );
}
