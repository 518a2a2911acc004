"use client";
import { useState } from "react";
import { csvOf, tablesOf } from "@/lib/features/export/format";
import { EmbedDialog } from "../share/embed-dialog";
import { ExportMenu } from "../share/export-menu";
import { Button } from "../ui/button";
import { fetchJson } from "../ui/fetch-json";
import { saveFile } from "../ui/save-file";

/** Ways to take the result of a run elsewhere: JSON, each of its tables as CSV, code for another page. */
export function RunFiles({ id, resultUrl }: { id: string; resultUrl: string }) {
  const [embedding, setEmbedding] = useState(false);
  const result = () => fetchJson<unknown>(resultUrl);
  return (
    <div className="-ml-3 flex flex-wrap items-center gap-x-1">
      <ExportMenu
        items={[
          {
            name: "JSON",
            holds: "the whole result",
            run: async () => saveFile(`${id}.json`, JSON.stringify(await result(), null, 2), "application/json"),
          },
          {
            name: "CSV",
            holds: "a file for each of its tables",
            run: async () => {
              for (const { name, rows } of tablesOf(await result()))
                saveFile(`${id}-${name}.csv`, csvOf(rows), "text/csv");
            },
          },
        ]}
      />
      <Button look="ghost" onClick={() => setEmbedding(true)}>
        Embed
      </Button>
      {embedding && <EmbedDialog path={`run/${id}`} title={`Run ${id}`} onClose={() => setEmbedding(false)} />}
    </div>
  );
}
