"use client";
import { useRef, useState } from "react";
import { cx } from "../ui/class-names";
import { FetchProblem, fetchJson } from "../ui/fetch-json";

export interface StoredImage {
  sha: string;
  width: number;
  height: number;
}

interface Props {
  sha: string | null;
  onChange: (image: StoredImage | null) => void;
  className?: string;
}

/** A place for one image: drop, paste or choose a file; it is stored under its hash before it is used. */
export function ImageSlot({ sha, onChange, className }: Props) {
  const file = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState("");
  const take = async (given: File | undefined) => {
    if (!given) return;
    setBusy(true);
    setProblem("");
    try {
      onChange(await fetchJson<StoredImage>("/api/v1/images", { method: "POST", body: given }));
    } catch (error) {
      setProblem(error instanceof FetchProblem ? error.message : "The image could not be stored.");
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={className}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way to do what the button does */}
      <div
        className={cx(
          "relative grid aspect-square w-full place-items-center overflow-hidden rounded-xl border bg-mat/20",
          over ? "border-accent" : sha ? "border-line" : "border-dashed border-line-strong",
        )}
        aria-busy={busy}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void take(event.dataTransfer.files[0]);
        }}
        onPaste={(event) => void take(event.clipboardData.files[0])}
      >
        {sha && <img src={`/i/${sha}/512.webp`} alt="To be looked at" className="size-full object-contain" />}
        <button
          type="button"
          onClick={() => file.current?.click()}
          aria-label={sha ? "Change the image" : "Choose an image"}
          className={cx(
            "absolute inset-0 grid place-items-center rounded-xl p-3 text-center text-ink-soft text-sm hover:text-ink",
            sha && "opacity-0 hover:bg-page/60 hover:opacity-100 focus-visible:bg-page/60 focus-visible:opacity-100",
          )}
        >
          <span>
            <span className="block font-medium">{sha ? "Change the image" : "Drop an image"}</span>
            {!sha && <span className="text-ink-faint text-xs">or click, or paste</span>}
          </span>
        </button>
        {sha && (
          <button
            type="button"
            aria-label="Remove the image"
            title="Remove the image"
            onClick={() => onChange(null)}
            className="absolute top-1.5 right-1.5 grid size-7 place-items-center rounded-lg bg-page/85 text-ink-soft hover:text-ink pointer-coarse:size-10"
          >
            ✕
          </button>
        )}
      </div>
      <input
        ref={file}
        type="file"
        accept="image/*"
        hidden
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      {problem && (
        <p role="alert" className="mt-1.5 text-bad text-xs">
          {problem}
        </p>
      )}
    </div>
  );
}
