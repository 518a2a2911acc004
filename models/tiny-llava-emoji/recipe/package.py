"""Turns a training folder into the model folder: Hugging Face files, then the ONNX parts.

    python package.py --run <training folder> [--out models/tiny-llava-emoji] [--dtype float32|float16]
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import GenerationConfig, LlavaForConditionalGeneration, LlavaProcessor, PreTrainedTokenizerFast
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

HERE = Path(__file__).resolve().parent
# The same order of tokens as in training: <s> <user> image question <assistant> answer </s> ...
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}<{{ message['role'] }}>"
    "{% if message['content'] is string %} {{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>{% else %} {{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}"
    "{% if message['role'] == 'assistant' %}{{ eos_token }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"
)


def tokenizer_of(path):
    spec = json.loads(Path(path).read_text())
    # The template writes the space before each text itself.
    spec["pre_tokenizer"]["add_prefix_space"] = False
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(spec)), bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>",
        additional_special_tokens=["<image>", "<user>", "<assistant>"], chat_template=TEMPLATE, clean_up_tokenization_spaces=False,
    )


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--run", required=True)
    ap.add_argument("--out", default=str(HERE.parent))
    ap.add_argument("--dtype", default="float32")
    ap.add_argument("--checkpoint", help="keep the Hugging Face folder here")
    args = ap.parse_args()
    folder = args.checkpoint or tempfile.mkdtemp()
    model = LlavaForConditionalGeneration.from_pretrained(f"{args.run}/hf", dtype=torch.float32).eval()
    model.generation_config = GenerationConfig(bos_token_id=1, eos_token_id=2, pad_token_id=0, max_new_tokens=64, do_sample=False)
    side = model.config.vision_config.image_size
    processor = LlavaProcessor(
        SiglipImageProcessorPil(size={"height": side, "width": side}, resample=3), tokenizer_of(f"{args.run}/tokenizer.json"),
        patch_size=model.config.vision_config.patch_size, vision_feature_select_strategy="full", num_additional_image_tokens=0, chat_template=TEMPLATE,
    )
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    subprocess.run([sys.executable, str(HERE / "export.py"), "--checkpoint", folder, "--out", args.out, "--dtype", args.dtype], check=True)


if __name__ == "__main__":
    main()
