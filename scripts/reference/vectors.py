"""Writes the embedding fixture: 200 texts with the reference's token ids and vectors.

Output, in the folder given: texts.jsonl (one object a text: number, kind, text, ids), vectors.f32 (200 x 384
little-endian float32, row-major) and reference.json (versions and checksums). The same input gives the same texts.
"""

import hashlib
import json
import os
import random
import sys

import numpy as np
import sentence_transformers
import tokenizers
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from texts import fixture_texts

LIMIT = 256


def main(folder):
    model_folder = os.environ["CODEINTEL_MODEL_DIR"]
    pairs = fixture_texts(random.Random(20_240_601))
    texts = [text for _, text in pairs]
    assert len(texts) == 200, len(texts)

    tokenizer = Tokenizer.from_file(model_folder + "/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.enable_truncation(LIMIT)
    ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]

    torch.set_num_threads(2)
    model = SentenceTransformer(model_folder, device="cpu")
    assert model.max_seq_length == LIMIT
    # One text a batch: no padding takes part in the reference.
    vectors = np.stack([model.encode(text, normalize_embeddings=True, batch_size=1) for text in texts])
    vectors = vectors.astype("<f4")
    assert vectors.shape == (200, 384)

    os.makedirs(folder, exist_ok=True)
    with open(folder + "/texts.jsonl", "w", encoding="ascii") as out:
        for number, ((kind, text), row) in enumerate(zip(pairs, ids)):
            out.write(json.dumps({"number": number, "kind": kind, "text": text, "ids": row}) + "\n")
    vectors.tofile(folder + "/vectors.f32")
    with open(model_folder + "/model.safetensors", "rb") as weights:
        checksum = hashlib.file_digest(weights, "sha256").hexdigest()
    facts = {
        "model": "all-MiniLM-L6-v2",
        "model_sha256": checksum,
        "texts": len(texts),
        "dimension": 384,
        "maximum_tokens": LIMIT,
        "sentence_transformers": sentence_transformers.__version__,
        "torch": torch.__version__,
        "tokenizers": tokenizers.__version__,
        "vectors_sha256": hashlib.sha256(vectors.tobytes()).hexdigest(),
    }
    with open(folder + "/reference.json", "w", encoding="ascii") as out:
        out.write(json.dumps(facts, indent=2) + "\n")
    print(f"{len(texts)} texts, {sum(map(len, ids))} tokens, longest {max(map(len, ids))}")


main(sys.argv[1])
