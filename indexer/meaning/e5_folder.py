"""Writes multilingual-e5-small without torch, in two forms.

The ONNX files are what Docent runs; the other is an ordinary sentence-transformers folder.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from indexer.meaning.e5_graph import onnx_model
from indexer.meaning.e5_tokenizer import hugging_face_tokenizer, sentencepiece_model
from indexer.meaning.e5_weights import DIMENSION, EPSILON, HEADS, INTERMEDIATE, LAYERS, POSITIONS, E5Weights
from indexer.meaning.model_folder import Manifest, write_manifest

E5_SMALL = "intfloat/multilingual-e5-small"
QUERY_PREFIX = "query: "
PASSAGE_PREFIX = "passage: "


def write_onnx_folder(weights: E5Weights, dest: Path, source: str) -> None:
    """Write `model.onnx`, `spm.model` and `manifest.json` into the existing folder `dest`."""
    (dest / "model.onnx").write_bytes(onnx_model(weights))
    (dest / "spm.model").write_bytes(sentencepiece_model(weights.vocabulary))
    write_manifest(dest, Manifest(E5_SMALL, DIMENSION, QUERY_PREFIX, PASSAGE_PREFIX, POSITIONS, source))


def write_sentence_transformers_folder(weights: E5Weights, dest: Path) -> None:
    """Write a folder that `SentenceTransformer(dest)` loads: float32 weights, tokenizer, pooling, prompts."""
    from safetensors.numpy import save_file  # noqa: PLC0415 - only this form needs it

    for part in ("1_Pooling", "2_Normalize"):
        (dest / part).mkdir(parents=True, exist_ok=True)
    save_file(weights.tensors, dest / "model.safetensors", metadata={"format": "pt"})
    hugging_face_tokenizer(weights.vocabulary).save(str(dest / "tokenizer.json"))
    for name, content in _settings(weights).items():
        (dest / name).write_text(json.dumps(content, indent=1), encoding="utf-8")


def _settings(weights: E5Weights) -> dict[str, Any]:
    tensors = weights.tensors
    special = {"bos": "<s>", "eos": "</s>", "cls": "<s>", "sep": "</s>", "unk": "<unk>", "pad": "<pad>"}
    tokens = {f"{role}_token": piece for role, piece in special.items()} | {"mask_token": "<mask>"}
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": DIMENSION,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS,
            "intermediate_size": INTERMEDIATE,
            "vocab_size": len(tensors["embeddings.word_embeddings.weight"]),
            "max_position_embeddings": POSITIONS,
            "type_vocab_size": len(tensors["embeddings.token_type_embeddings.weight"]),
            "layer_norm_eps": EPSILON,
            "hidden_act": "gelu",
            "pad_token_id": 0,
            "tokenizer_class": "XLMRobertaTokenizer",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": POSITIONS,
            **tokens,
        },
        "special_tokens_map.json": tokens,
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": DIMENSION, "pooling_mode_mean_tokens": True},
        "sentence_bert_config.json": {"max_seq_length": POSITIONS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": QUERY_PREFIX, "document": PASSAGE_PREFIX},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
