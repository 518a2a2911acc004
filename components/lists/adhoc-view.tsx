"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { counted } from "@/lib/features/format";
import type { FeatureListing, ListItem } from "@/lib/lists/schema";
import { Button } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { FetchProblem, fetchJson } from "../ui/fetch-json";
import { Empty } from "../ui/note";
import { PageHead } from "../ui/page-head";
import { ListGallery } from "./list-gallery";

/** A list that lives in its address, with a way to keep it. */
export function AdhocView({ list }: { list: { name: string; items: ListItem[]; left: number } }) {
  const router = useRouter();
  const [problem, setProblem] = useState("");
  const known = list.items.filter((item) => item.feature);
  const save = () => {
    const body = JSON.stringify({ name: list.name || "Untitled", refs: known.map((item) => item.ref) });
    fetchJson<FeatureListing>("/api/v1/lists", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    }).then(
      ({ id }) => router.push(`/lists/${id}`),
      (error: unknown) => setProblem(error instanceof FetchProblem ? error.message : "It was not saved: try again."),
    );
  };
  return (
    <>
      <PageHead
        crumbs={[{ label: "lists", href: "/lists" }, { label: "in this address" }]}
        title={list.name || "A list"}
        actions={
          <>
            <Button look="solid" onClick={save} disabled={known.length === 0}>
              Save as list
            </Button>
            <CopyButton label="Copy link" keys="." />
          </>
        }
      >
        {counted(known.length, "feature")}, kept in the address alone
        {list.left > 0 && ` · ${list.left} left out: not addresses of features, or beyond 150`}
      </PageHead>
      {problem && (
        <p role="alert" className="mb-3 text-bad text-sm">
          {problem}
        </p>
      )}
      {list.items.length === 0 ? (
        <Empty title="No features in this address">
          Write them as <code className="font-mono text-sm">?f=model/sae/12,model/sae/90&amp;name=…</code>
        </Empty>
      ) : (
        <ListGallery items={list.items} />
      )}
    </>
  );
}
