"""Full TopK training steps in PyTorch, float32, on the same rows: the baseline of bench.ts.

(a) "dense": autograd through a dense [rows, n] code matrix, as most research code has it.
(b) "bag": the decoder as embedding_bag over the k active latents, so that its products are sparse; gradients of the
    encoder and the optimiser stay dense.

A step is: forward, backward, projection of the decoder gradient, global clip, Adam, unit-norm decoder rows. Nothing is
dead, so AuxK is idle. Needs torch only.

    python torch_step.py '[[256, 4096, 32, 2048], [1024, 16384, 64, 2048]]' [seconds]     # prints one JSON line per result
"""

import json
import resource
import sys
import time

import torch
from torch.nn.functional import embedding_bag


class Model:
    def __init__(self, d, n, k):
        torch.manual_seed(0)
        dec = torch.randn(n, d)
        dec /= dec.norm(dim=1, keepdim=True)
        self.k = k
        self.enc, self.dec = dec.clone().requires_grad_(), dec.requires_grad_()
        self.bias, self.b_dec = torch.zeros(n, requires_grad=True), torch.zeros(d, requires_grad=True)
        self.parameters = [self.enc, self.dec, self.bias, self.b_dec]

    def codes(self, x):
        pre = torch.addmm(self.bias, x - self.b_dec, self.enc.T)
        values, where = pre.topk(self.k, dim=-1, sorted=False)
        return pre, torch.relu(values), where

    def dense(self, x):
        pre, values, where = self.codes(x)
        return torch.zeros_like(pre).scatter(-1, where, values) @ self.dec + self.b_dec

    def bag(self, x):
        _, values, where = self.codes(x)
        return embedding_bag(where, self.dec, mode="sum", per_sample_weights=values) + self.b_dec


def step(model, decode, adam, x):
    loss = (x - decode(x)).pow(2).sum(-1).mean()
    adam.zero_grad()
    loss.backward()
    with torch.no_grad():
        unit = model.dec / (model.dec.norm(dim=1, keepdim=True) + 1e-6)
        model.dec.grad -= (model.dec.grad * unit).sum(1, keepdim=True) * unit
    torch.nn.utils.clip_grad_norm_(model.parameters, 1.0)
    adam.step()
    with torch.no_grad():
        model.dec /= model.dec.norm(dim=1, keepdim=True) + torch.finfo(model.dec.dtype).eps


def main():
    sizes = json.loads(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 8
    for d, n, k, rows in sizes:
        x = torch.randn(rows, d) / d**0.5
        for name, fused in (("dense", False), ("bag", False), ("bag", True)):
            model = Model(d, n, k)
            adam = torch.optim.Adam(model.parameters, lr=2e-4, fused=fused)
            times = []
            for _ in range(3):
                step(model, getattr(model, name), adam, x)
            begin = time.perf_counter()
            while time.perf_counter() - begin < seconds or len(times) < 5:
                start = time.perf_counter()
                step(model, getattr(model, name), adam, x)
                times.append(1000 * (time.perf_counter() - start))
            times.sort()
            label = f"PyTorch {name}{', fused Adam' if fused else ''}"
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(json.dumps({"name": label, "d": d, "n": n, "k": k, "rows": rows, "ms": times[len(times) // 2], "steps": len(times), "peakMb": round(peak)}), flush=True)


main()
