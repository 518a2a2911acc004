"use client";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { storeImage } from "../lab/stored-image";
import { ErrorNote } from "../ui/error-note";
import { FetchProblem } from "../ui/fetch-json";

/** A page that takes an image, dropped or pasted anywhere on it, and opens what fires on it. */
export function DropImage({ children }: { children: ReactNode }) {
  const router = useRouter();
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const take = (file: File | undefined) => {
      if (!file) return;
      storeImage(file).then(
        ({ sha }) => router.push(`/inspect?image=${sha}`),
        (error: unknown) =>
          setProblem(error instanceof FetchProblem ? error.message : "The image could not be stored."),
      );
    };
    const isImage = (data: DataTransfer | null) =>
      [...(data?.items ?? [])].some((item) => item.type.startsWith("image/"));
    const onDrag = (event: DragEvent) => {
      if (!isImage(event.dataTransfer)) return;
      event.preventDefault();
      setOver(event.type === "dragover");
    };
    const onDrop = (event: DragEvent) => {
      if (!isImage(event.dataTransfer)) return;
      event.preventDefault();
      setOver(false);
      take(event.dataTransfer?.files[0]);
    };
    const onPaste = (event: ClipboardEvent) => {
      const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
      if (file) event.preventDefault();
      take(file);
    };
    document.addEventListener("dragover", onDrag);
    document.addEventListener("dragleave", onDrag);
    document.addEventListener("drop", onDrop);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("dragover", onDrag);
      document.removeEventListener("dragleave", onDrag);
      document.removeEventListener("drop", onDrop);
      document.removeEventListener("paste", onPaste);
    };
  }, [router]);
  return (
    <div className={over ? "rounded-xl outline-2 outline-accent outline-dashed outline-offset-8" : undefined}>
      {problem && <ErrorNote detail={problem} />}
      {children}
    </div>
  );
}
