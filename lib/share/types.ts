/** Which versions an address is pinned to: the first eight digits of the SAE's hash and of the evidence's. */
export interface Versions {
  sae: string;
  evidence: string;
}
