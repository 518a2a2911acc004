"""Golden values of a checkpoint from PyTorch, for the parity check in Node (tests/parity).

    python golden.py --checkpoint <folder saved with save_pretrained> --data tests/golden/tiny-llava-emoji [--dtype float16]

Give the --dtype that the model was exported with: float16 rounds the weights as that file holds them.
Reads from --data   scenes.bin       records of size * size * 3 bytes, RGB, row-major
                    questions.jsonl  {"scene": index in scenes.bin or null, "question": text} on each line
and writes there    answers.jsonl    the same lines with "ids" (greedy, end token included) and "answer"
                    hidden.safetensors  every STRIDE-th row of the hidden states at every site, for the first question
                                     with a scene ("image.<site>") and the first without ("text.<site>")
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import AutoProcessor

sys.path.insert(0, str(Path(__file__).resolve().parent))
import export  # noqa: E402

# Every site of a 200-token prompt in full would be megabytes; every seventh row shows an error as well.
STRIDE = 7


def site_hooks(model, states):
    """Forward hooks that store the residual stream behind each block in `states` under its site's name."""
    towers = (("vision.", model.model.vision_tower.encoder.layers), ("", model.model.language_model.layers))

    def store(site):
        return lambda _module, _args, out: states.__setitem__(site, out[0] if isinstance(out, tuple) else out)

    return [
        layer.register_forward_hook(store(f"{prefix}layers.{i}.resid_post"))
        for prefix, layers in towers
        for i, layer in enumerate(layers)
    ]


def encode(processor, messages, pixels=None):
    """Model inputs of a conversation; the image, if any, belongs to the message marked "image"."""
    turns = [
        {
            "role": message["role"],
            "content": ([{"type": "image"}] if message.get("image") else [])
            + [{"type": "text", "text": message["content"]}],
        }
        for message in messages
    ]
    text = processor.apply_chat_template(turns, add_generation_prompt=True)
    images = None if pixels is None else [Image.fromarray(pixels)]
    inputs = dict(processor(text=[text], images=images, return_tensors="pt", add_special_tokens=False))
    inputs.pop("token_type_ids", None)
    return inputs


@torch.no_grad()
def greedy(model, inputs, new_tokens):
    return model.generate(**inputs, max_new_tokens=new_tokens, do_sample=False)[0, inputs["input_ids"].shape[1] :]


@torch.no_grad()
def hidden_states(model, inputs):
    """Site -> hidden states [tokens, width] of one prompt, and the last token's logits."""
    states = {}
    hooks = site_hooks(model, states)
    logits = model(**inputs).logits[0, -1]
    for hook in hooks:
        hook.remove()
    return {site: value[0].clone() for site, value in states.items()}, logits


def main(checkpoint, data, new_tokens, dtype):
    model, processor = export.load(checkpoint, dtype), AutoProcessor.from_pretrained(checkpoint)
    side = model.config.vision_config.image_size
    scenes = np.fromfile(data / "scenes.bin", dtype=np.uint8).reshape(-1, side, side, 3)
    questions = [json.loads(line) for line in (data / "questions.jsonl").read_text().splitlines() if line.strip()]
    tensors, lines = {}, []
    for entry in questions:
        pixels = None if entry["scene"] is None else scenes[entry["scene"]]
        message = {"role": "user", "content": entry["question"], "image": pixels is not None}
        inputs = encode(processor, [message], pixels)
        kind = "text" if pixels is None else "image"
        if not any(name.startswith(f"{kind}.") for name in tensors):
            states, _ = hidden_states(model, inputs)
            tensors.update({f"{kind}.{site}": value[::STRIDE].contiguous() for site, value in states.items()})
        ids = greedy(model, inputs, new_tokens).tolist()
        answer = processor.tokenizer.decode(ids, skip_special_tokens=True)
        lines.append(json.dumps({**entry, "ids": ids, "answer": answer}, ensure_ascii=False))
    save_file(tensors, str(data / "hidden.safetensors"), metadata={"stride": str(STRIDE), "new_tokens": str(new_tokens)})
    (data / "answers.jsonl").write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} answers, {len(tensors)} hidden states")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--new-tokens", type=int, default=32)
    parser.add_argument("--dtype", choices=["float32", "float16"], default="float32")
    given = parser.parse_args()
    main(given.checkpoint, given.data, given.new_tokens, given.dtype)
