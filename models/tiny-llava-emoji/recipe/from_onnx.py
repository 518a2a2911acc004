"""Weights of an exported model folder under Hugging Face's names, to go on training from what was shipped."""
import re
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

PARTS = {"vision_encoder": "model.", "embed_tokens": "model.language_model.", "decoder_model_merged": "model.language_model."}


def weights_of(folder):
    """State dict of LlavaForConditionalGeneration from the three parts that export.py wrote; the closing norm of the vision
    tower is not in them, since no layer reads it. The exporter transposes the weights of Linear layers and renames them, but
    their nodes keep the module path."""
    state = {}
    for part, prefix in PARTS.items():
        graph = onnx.load(str(Path(folder) / "onnx" / f"{part}.onnx")).graph
        tensors = {t.name: torch.tensor(numpy_helper.to_array(t).copy()).float() for t in graph.initializer}
        for name, tensor in tensors.items():
            if not name.startswith("onnx::"):
                state[prefix + name.removeprefix("model.")] = tensor
        for node in graph.node:
            if node.op_type == "MatMul" and node.input[1].startswith("onnx::") and node.input[1] in tensors:
                path = re.sub(r"^/(model/)?|/MatMul(_\d+)?$", "", node.name).replace("/", ".")
                if path == "lm_head":  # tied to the embedding
                    continue
                state[f"{prefix}{path}.weight"] = tensors[node.input[1]].T.contiguous()
    if "model.language_model.embed_tokens.weight" in state:
        state["lm_head.weight"] = state["model.language_model.embed_tokens.weight"]
    return state
