/**
 * The drawing library knows the mouse only. Passes one finger on as the mouse, so that a drag moves the map or draws the
 * lasso; zooming by touch is what the buttons are for. Answers what takes it away again.
 */
export function touchAsMouse(canvas: HTMLCanvasElement): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  let finger: number | null = null;
  const tell = (type: string, event: PointerEvent, target: EventTarget) => {
    const { clientX, clientY, screenX, screenY } = event;
    const init = { clientX, clientY, screenX, screenY, bubbles: true, cancelable: true, view: window };
    target.dispatchEvent(new MouseEvent(type, { ...init, button: 0, buttons: type === "mouseup" ? 0 : 1 }));
  };
  canvas.addEventListener(
    "pointerdown",
    (event) => {
      if (event.pointerType !== "touch" || finger !== null) return;
      finger = event.pointerId;
      canvas.setPointerCapture(event.pointerId);
      tell("mouseenter", event, canvas);
      tell("mousemove", event, canvas);
      tell("mousedown", event, canvas);
    },
    { signal },
  );
  canvas.addEventListener("pointermove", (event) => event.pointerId === finger && tell("mousemove", event, canvas), {
    signal,
  });
  for (const end of ["pointerup", "pointercancel"] as const) {
    canvas.addEventListener(
      end,
      (event) => {
        if (event.pointerId !== finger) return;
        finger = null;
        tell("mouseup", event, canvas);
      },
      { signal },
    );
  }
  return () => abort.abort();
}
