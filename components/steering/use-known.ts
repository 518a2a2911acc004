"use client";
import { useEffect, useState } from "react";
import type { Feature } from "@/lib/features/schema";
import type { DeskFeature, DeskImage } from "@/lib/steering/types";
import { findImage, type StoredImage } from "../lab/stored-image";
import { fetchJson } from "../ui/fetch-json";

/** "missing": the server has no such feature. */
export type KnownFeature = DeskFeature | "missing" | undefined;

/** What is known of the features on the desk, by `model/sae/index`; those that an address brings are looked up. */
export function useKnownFeatures(refs: readonly string[], first: readonly DeskFeature[]) {
  const [known, setKnown] = useState(() => new Map<string, KnownFeature>(first.map((row) => [row.ref, row])));
  const learn = (ref: string, row: KnownFeature) => setKnown((old) => new Map(old).set(ref, row));
  const unknown = refs.filter((ref) => !known.has(ref)).join(" ");
  useEffect(() => {
    if (unknown === "") return;
    const abort = new AbortController();
    for (const ref of unknown.split(" ")) {
      fetchJson<Feature>(`/api/v1/features/${ref}`, { signal: abort.signal }).then(
        (feature) => setKnown((old) => new Map(old).set(ref, slim(feature))),
        () => !abort.signal.aborted && setKnown((old) => new Map(old).set(ref, "missing")),
      );
    }
    return () => abort.abort();
  }, [unknown]);
  return { of: (ref: string): KnownFeature => known.get(ref), learn };
}

function slim({ ref, index, label, aRef, max, strip }: Feature): DeskFeature {
  return { ref, index, label: label.text, status: label.status, aRef, max, strip };
}

/** The image on the desk; null while it is looked up, or when there is none of that hash. */
export function useKnownImage(sha: string | null, first: readonly DeskImage[]) {
  const [known, setKnown] = useState<readonly DeskImage[]>(first);
  const [missing, setMissing] = useState<string | null>(null);
  const image = sha === null ? null : (known.find((i) => i.sha.startsWith(sha)) ?? null);
  const wanted = image === null ? sha : null;
  useEffect(() => {
    if (wanted === null) return;
    const abort = new AbortController();
    findImage(wanted, abort.signal).then(
      (found) => !abort.signal.aborted && setKnown((old) => [inWords(found), ...old]),
      () => !abort.signal.aborted && setMissing(wanted),
    );
    return () => abort.abort();
  }, [wanted]);
  return {
    image,
    missing: wanted !== null && missing === wanted,
    learn: (next: StoredImage) => setKnown((old) => [inWords(next), ...old]),
  };
}

const inWords = ({ alt = "your image", ...image }: StoredImage): DeskImage => ({ ...image, alt });
