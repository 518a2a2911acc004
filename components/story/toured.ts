const TOURED = "fovea-toured";

/** Whether the tour was taken or declined on this device. */
export function isToured(): boolean {
  return localStorage.getItem(TOURED) !== null;
}

/** The tour is not offered again. */
export function endTour(): void {
  localStorage.setItem(TOURED, "1");
}
