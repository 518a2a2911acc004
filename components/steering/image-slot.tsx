"use client";
import { type DragEvent, useEffect, useRef, useState } from "react";
import type { DeskImage } from "@/lib/steering/types";
import { Button } from "../ui/button";
import { cx } from "../ui/class-names";
import { ErrorNote } from "../ui/error-note";
import { FetchProblem, fetchJson } from "../ui/fetch-json";

interface Props {
  samples: readonly DeskImage[];
  /** True when an image is on the desk, which is then shown elsewhere and only replaced here. */
  filled: boolean;
  onChoose: (image: DeskImage) => void;
  /** A hash, or a prefix of one. */
  onHash: (sha: string) => void;
}

/** Where an image comes from: dropped, pasted anywhere on the page, a file, a recent sample, or a hash. */
export function ImageSlot({ samples, filled, onChoose, onHash }: Props) {
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<FetchProblem>();
  const file = useRef<HTMLInputElement>(null);
  const upload = useRef<(file: File | undefined) => void>(() => {});
  upload.current = (given) => {
    if (!given?.type.startsWith("image/")) return;
    setBusy(true);
    setProblem(undefined);
    fetchJson<Omit<DeskImage, "alt">>("/api/v1/images", { method: "POST", body: given })
      .then(
        (stored) => onChoose({ ...stored, alt: given.name ? `your image ${given.name}` : "your image" }),
        (error: unknown) => setProblem(error instanceof FetchProblem ? error : new FetchProblem("It did not arrive.")),
      )
      .finally(() => setBusy(false));
  };
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const image = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
      if (image) event.preventDefault();
      upload.current(image);
    };
    window.addEventListener("paste", onPaste);
    return () => window.removeEventListener("paste", onPaste);
  }, []);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    upload.current(event.dataTransfer.files[0]);
  };
  return (
    <div className="flex flex-col gap-2">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is one way of several; the button beside is the other */}
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
        aria-busy={busy}
        className={cx(
          "flex flex-wrap items-center justify-center gap-x-3 gap-y-1 rounded-lg border border-dashed px-3 text-sm text-ink-soft",
          filled ? "py-1.5" : "py-7",
          over ? "border-accent bg-accent-soft" : "border-line-strong",
        )}
      >
        <span>{filled ? "Drop or paste another," : "Drop or paste an image,"}</span>
        <Button className="min-h-7 px-2 text-xs" onClick={() => file.current?.click()} disabled={busy}>
          Choose a file
        </Button>
        <input
          ref={file}
          type="file"
          accept="image/*"
          hidden
          onChange={(event) => {
            upload.current(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
      </div>
      {problem && <ErrorNote detail={problem.message} code={problem.code} requestId={problem.requestId} />}
      {samples.length > 0 && (
        <ul aria-label="Samples" className="flex gap-1.5 overflow-x-auto p-0.5 pb-1">
          {samples.map((sample) => (
            <li key={sample.sha} className="shrink-0">
              <button
                type="button"
                onClick={() => onChoose(sample)}
                title={sample.alt}
                className="block size-12 overflow-hidden rounded-md bg-mat hover:outline-2 hover:outline-accent hover:outline"
              >
                <img
                  src={`/i/${sample.sha}/96.webp`}
                  alt={sample.alt}
                  width={48}
                  height={48}
                  loading="lazy"
                  className="size-full object-cover"
                />
              </button>
            </li>
          ))}
        </ul>
      )}
      <HashField onHash={onHash} />
    </div>
  );
}

function HashField({ onHash }: { onHash: (sha: string) => void }) {
  const [text, setText] = useState("");
  const sha = /\b[0-9a-f]{12,64}\b/.exec(text.toLowerCase())?.[0];
  const take = () => {
    if (!sha) return;
    onHash(sha);
    setText("");
  };
  return (
    <input
      aria-label="Sample by its hash"
      placeholder="or the hash of a sample, then Enter"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => event.key === "Enter" && take()}
      onBlur={take}
      spellCheck={false}
      className="h-8 w-full rounded-lg border border-line bg-panel px-2.5 font-mono text-xs placeholder:font-sans placeholder:text-ink-faint pointer-coarse:h-11"
    />
  );
}
