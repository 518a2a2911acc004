"use client";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "../ui/button";
import { cx } from "../ui/class-names";
import { ErrorNote } from "../ui/error-note";
import { FetchProblem } from "../ui/fetch-json";
import { Picture } from "./picture";
import { findImage, type StoredImage, storeImage } from "./stored-image";

export type { StoredImage };

interface Props {
  /** Whole hash of the image in the slot. */
  sha: string | null;
  onChange: (image: StoredImage | null) => void;
  /** Size and words of that image, where they are known. */
  image?: Omit<StoredImage, "sha"> | null;
  /** Images to choose from. */
  samples?: readonly StoredImage[];
  /** The slot of the page: it also takes what is pasted anywhere on it, and an image by its hash. */
  main?: boolean;
  /** What lies on the picture. */
  children?: ReactNode;
  className?: string;
}

/** A place for one image: dropped, pasted, a file, a sample or a hash; it is stored under its hash before it is used. */
export function ImageSlot({ sha, onChange, image = null, samples = [], main = false, children, className }: Props) {
  const file = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<FetchProblem>();
  const take = async (coming: Promise<StoredImage>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      onChange(await coming);
    } catch (error) {
      setProblem(error instanceof FetchProblem ? error : new FetchProblem("The image could not be stored."));
    } finally {
      setBusy(false);
    }
  };
  const takeFile = (given: File | undefined) => given && void take(storeImage(given));
  usePaste(main, takeFile);
  const choose = () => file.current?.click();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping and pasting are further ways to do what the button does
    <div
      className={cx("flex min-w-0 flex-col gap-2", className)}
      aria-busy={busy}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        takeFile(event.dataTransfer.files[0]);
      }}
      {...(main ? {} : { onPaste: (event) => takeFile(event.clipboardData.files[0]) })}
    >
      {sha === null ? (
        <button
          type="button"
          aria-label="Choose an image"
          onClick={choose}
          disabled={busy}
          className={cx(
            "grid min-h-28 w-full place-items-center rounded-lg border border-dashed p-3 text-center text-ink-soft text-sm hover:text-ink",
            over ? "border-accent bg-accent-soft" : "border-line-strong hover:border-accent",
          )}
        >
          <span>
            <span className="block font-medium">{busy ? "Storing …" : "Drop an image"}</span>
            <span className="text-ink-faint text-xs">or paste it, or choose a file</span>
          </span>
        </button>
      ) : (
        <div className={cx("rounded-lg", over && "outline-2 outline-accent outline-dashed outline-offset-2")}>
          <Picture
            sha={sha}
            alt={image?.alt ?? "What is asked about"}
            size={image}
            aside={
              <span className="flex shrink-0">
                <Button
                  look="ghost"
                  aria-label="Change the image"
                  title="Choose a file; another image may also be dropped or pasted"
                  className="min-h-7 px-2 text-xs"
                  onClick={choose}
                  disabled={busy}
                >
                  {busy ? "Storing …" : "Change"}
                </Button>
                <Button
                  look="ghost"
                  aria-label="Remove the image"
                  className="min-h-7 px-2 text-xs"
                  onClick={() => onChange(null)}
                >
                  Remove
                </Button>
              </span>
            }
          >
            {children}
          </Picture>
        </div>
      )}
      <input
        ref={file}
        type="file"
        accept="image/*"
        hidden
        onChange={(event) => {
          takeFile(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      {problem && <ErrorNote detail={problem.message} code={problem.code} requestId={problem.requestId} />}
      {samples.length > 0 && <Samples samples={samples} onChoose={onChange} />}
      {main && <HashField onHash={(hash) => void take(findImage(hash))} />}
    </div>
  );
}

/** Images pasted anywhere on the page, unless a field is to get the text that comes with one. */
function usePaste(on: boolean, onFile: (file: File | undefined) => void): void {
  const latest = useRef(onFile);
  latest.current = onFile;
  useEffect(() => {
    if (!on) return;
    const onPaste = (event: ClipboardEvent) => {
      const image = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
      const inField = event.target instanceof Element && event.target.matches("input, textarea");
      if (!image || (inField && event.clipboardData?.types.includes("text/plain"))) return;
      event.preventDefault();
      latest.current(image);
    };
    window.addEventListener("paste", onPaste);
    return () => window.removeEventListener("paste", onPaste);
  }, [on]);
}

function Samples({ samples, onChoose }: { samples: readonly StoredImage[]; onChoose: (image: StoredImage) => void }) {
  return (
    <ul aria-label="Samples" className="flex gap-1.5 overflow-x-auto p-0.5 pb-1">
      {samples.map((sample) => (
        <li key={sample.sha} className="shrink-0">
          <button
            type="button"
            onClick={() => onChoose(sample)}
            title={sample.alt}
            className="block size-12 overflow-hidden rounded-md bg-mat hover:outline hover:outline-2 hover:outline-accent"
          >
            <img
              src={`/i/${sample.sha}/96.webp`}
              alt={sample.alt ?? "a sample"}
              width={48}
              height={48}
              loading="lazy"
              className="size-full object-cover"
            />
          </button>
        </li>
      ))}
    </ul>
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
      placeholder="or a sample's hash, Enter"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
        // The form around it is not to be sent.
        event.preventDefault();
        take();
      }}
      onBlur={take}
      spellCheck={false}
      className="h-8 w-full rounded-lg border border-line bg-panel px-2.5 font-mono text-xs placeholder:font-sans placeholder:text-ink-faint pointer-coarse:h-11"
    />
  );
}
