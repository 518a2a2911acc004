"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import type { Run } from "@/lib/runs/schema";
import { fetchJson } from "../ui/fetch-json";

const POLL_MS = 2000;
const live = (run: Pick<Run, "state">) => run.state === "queued" || run.state === "running";

/** Progress as the event stream sends it: the parts of a run that change. */
type Progress = Run["progress"] & { state: Run["state"] };

/**
 * A run that follows its event stream while it works; polls every two seconds where streaming fails. When it ends, the
 * whole run is read again and the page's server parts are refreshed.
 */
export function useRun(first: Run): [Run, (run: Run) => void] {
  const [run, setRun] = useState(first);
  const router = useRouter();
  const following = live(run);
  const id = run.id;
  const ended = useRef(false);

  useEffect(() => {
    if (!following) return;
    ended.current = false;
    const source = new EventSource(`/api/v1/runs/${id}/events`);
    const read = () => fetchJson<Run>(`/api/v1/runs/${id}`).then(setRun, () => {});
    const end = () => {
      ended.current = true;
      source.close();
      read().then(() => router.refresh());
    };
    source.addEventListener("progress", (event) => {
      const { state, ...progress } = JSON.parse((event as MessageEvent<string>).data) as Progress;
      setRun((old) => ({ ...old, state: state ?? old.state, progress: { ...old.progress, ...progress } }));
    });
    source.addEventListener("done", end);
    source.addEventListener("error", (event) => {
      // A problem document from the server has data; a broken connection has none and EventSource reconnects by itself.
      const data = (event as MessageEvent<string>).data;
      if (data && !JSON.parse(data).retrying) end();
    });
    const timer = setInterval(() => {
      if (source.readyState !== EventSource.OPEN && !ended.current) read();
    }, POLL_MS);
    return () => {
      source.close();
      clearInterval(timer);
    };
  }, [following, id, router]);
  return [run, setRun];
}
