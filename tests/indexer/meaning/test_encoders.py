"""The default model, alone and beside sentence-transformers with the same weights."""

import json
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
from tokenizers import Tokenizer

from indexer.errors import ModelUnavailable
from indexer.meaning.e5_graph import quantize_int8, quantize_q4
from indexer.meaning.e5_weights import E5Weights
from indexer.meaning.model_folder import ModelFolder
from indexer.meaning.onnx_encoder import OnnxEncoder
from indexer.meaning.vectors import checked_unit, pack_vector, unpack_vector
from tests.indexer.meaning.desk import DESK

TEXTS = [
    "Where did I save the tax return?",
    "去年的报税表放在哪里",
    "去年的報稅表放在哪裡",
    "ＦＵＬＬ－ｗｉｄｔｈ　ｌｅｔｔｅｒｓ　１２３",
    "混合 mixed 文本 with 数字 42 和标点！？",
    "日本語のメモ、カタカナとひらがな",
    "emoji 🎉 and combining e\u0301 and \u200bzero width",
    "tabs\tand\nnewlines\r\n  and   runs of blanks",
    "نص عربي من اليمين",
    "x",
    "。",
]
ODD_TEXTS = [
    "",
    " ",
    "\n",
    "\0",
    "bad \udcff\udc80 name.txt",
    "\ufffd",
    "﷽" * 50,
    "字" * 5_000,
    "word " * 20_000,
    "a" * 100_000,
]


def test_vectors_have_length_one_and_the_stated_dimension(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension) == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.encode_query(TEXTS[0]).shape == (384,)
    assert encoder.encode_passages([]).shape == (0, 384)


def test_a_text_has_the_same_vector_whatever_stands_beside_it(encoder: OnnxEncoder) -> None:
    texts = [text * repeat for repeat in (1, 9, 3) for text in TEXTS]
    together = encoder.encode_passages(texts)
    for number in range(0, len(texts), 5):
        alone = encoder.encode_passages([texts[number]])[0]
        assert float(together[number] @ alone) > 0.99999


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_odd_texts_get_usable_vectors(encoder: OnnxEncoder, text: str) -> None:
    vector = encoder.encode_passages([text])[0]
    assert np.isfinite(vector).all()
    assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5)
    assert np.isfinite(encoder.encode_query(text)).all()


def test_what_follows_the_token_limit_is_ignored(encoder: OnnxEncoder) -> None:
    start = "The lease ends in May. " * 150
    first, second = encoder.encode_passages([start, start + "Bananas are yellow. " * 50])
    assert float(first @ second) > 0.9999


def test_questions_and_passages_are_told_apart(encoder: OnnxEncoder) -> None:
    text = "租房合同"
    assert float(encoder.encode_query(text) @ encoder.encode_passages([text])[0]) < 0.99


@pytest.mark.parametrize("lang", ["zh", "xx"])
def test_finds_files_that_share_no_word_with_the_question(encoder: OnnxEncoder, lang: str) -> None:
    passages = encoder.encode_passages([f"{file.path}\n{file.text}" for file in DESK])
    asked = [number for number, file in enumerate(DESK) if file.lang == lang]
    first = [int((passages @ encoder.encode_query(DESK[number].same)).argmax()) for number in asked]
    assert sum(a == b for a, b in zip(first, asked, strict=True)) >= 7


def test_sentencepiece_gives_the_ids_of_the_other_tokenizer(default_model: ModelFolder, e5_folder: Path) -> None:
    ours = sentencepiece.SentencePieceProcessor(model_proto=(default_model.path / "spm.model").read_bytes())
    theirs = Tokenizer.from_file(str(e5_folder / "tokenizer.json"))
    for text in TEXTS + [file.text for file in DESK]:
        assert [0, *ours.encode(f"passage: {text}"), 2] == theirs.encode(f"passage: {text}").ids, text


def test_four_bits_rounded_once_come_back_bit_for_bit(e5_weights: E5Weights) -> None:
    table = e5_weights.tensors["embeddings.word_embeddings.weight"][:20_000]
    codes, scales = quantize_q4(table)
    back = (codes.astype(np.float32) - 8).reshape(len(table), -1, 32) * scales[:, :, None]
    assert np.array_equal(back.reshape(table.shape), table)


def test_rounding_keeps_zeros_and_bounds_the_error() -> None:
    table = np.random.default_rng(3).standard_normal((64, 64)).astype(np.float32)
    table[5] = 0
    codes, scales = quantize_q4(table)
    back = (codes.astype(np.float32) - 8).reshape(64, -1, 32) * scales[:, :, None]
    assert np.abs(back.reshape(table.shape) - table).max() <= np.abs(scales).max()
    assert not back.reshape(table.shape)[5].any()
    whole, steps = quantize_int8(table)
    assert np.abs(whole * steps - table).max() <= steps.max() / 2 + 1e-6


def test_packed_vectors_come_back(encoder: OnnxEncoder) -> None:
    for vector in encoder.encode_passages(TEXTS):
        packed = pack_vector(vector)
        assert len(packed) == 388
        assert float(unpack_vector(packed) @ vector) > 0.9999


@pytest.mark.parametrize("packed", [b"", b"\0\0\0\0", b"\0" * 388, b"\x00\x00\xc0\x7f" + b"\1" * 384])
def test_bytes_that_are_no_vector_are_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match="vector"):
        unpack_vector(packed)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0])
def test_unusable_vectors_are_refused(bad: float) -> None:
    vectors = np.ones((3, 4), np.float32)
    vectors[1] = bad
    with pytest.raises(ModelUnavailable) as refused:
        checked_unit(vectors, "some/model")
    assert refused.value.facts == {"model": "some/model", "why": "bad_vectors"}


def test_damaged_files_are_named_so(default_model: ModelFolder, tmp_path: Path) -> None:
    for name in ("model.onnx", "spm.model"):
        (tmp_path / name).write_bytes(json.dumps({"not": "a model"}).encode())
    damaged = ModelFolder(tmp_path, default_model.model, default_model.key, default_model.manifest)
    with pytest.raises(ModelUnavailable) as unavailable:
        OnnxEncoder(damaged, threads=1)
    assert unavailable.value.facts["why"] == "damaged"


def test_full_width_text_means_what_plain_text_means(encoder: OnnxEncoder) -> None:
    wide = "Ｉｎｖｏｉｃｅ　Ｎｏ．７７"
    first, second = encoder.encode_passages([wide, unicodedata.normalize("NFKC", wide)])
    assert float(first @ second) > 0.999
