import type { Metadata } from "next";
import { ModelView } from "@/components/sae/model-view";
import { loadModel } from "@/lib/saes/loaders";

interface Props {
  params: Promise<{ model: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await params).model };
}

export default async function ModelPage({ params }: Props) {
  return <ModelView model={await loadModel((await params).model)} />;
}
