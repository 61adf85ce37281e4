"""Fits the token projection (384 -> 128) to token states: principal axes, then contrastive training over them.

    token-states MODEL 2 q < questions.txt; token-states MODEL 2 c < code.txt     one JSON string a line, pairs by line
    python projection.py fit q c OUTPUT.npy [--steps N] [--seed N]     writes [128, 384]
    python projection.py pca OUTPUT.npy PREFIX...                      the axes alone
    python projection.py table ID MATRIX.npy                          prints token_projection.inc

Data: first docstring sentences and their functions without docstring and name, from the standard library of CPython
(Python Software Foundation License 2.0), as the development data's generator builds them. Training: batches of pairs, each
question against all functions of its batch, the score is the mean over the question's tokens of the best product (MaxSim),
softmax cross-entropy at a fixed temperature, Adam, gradients by hand. Only the matrix is trained.
"""

import argparse

import numpy as np

WIDTH, OUT = 384, 128


def load(prefix):
    counts = np.fromfile(prefix + ".counts", np.int32)
    states = np.fromfile(prefix + ".states", np.float16).reshape(-1, WIDTH)
    return np.concatenate([[0], np.cumsum(counts)]), states


def axes(prefixes, out=OUT):
    total = np.zeros((WIDTH, WIDTH))
    for prefix in prefixes:
        _, states = load(prefix)
        for at in range(0, len(states), 50_000):
            part = states[at:at + 50_000].astype(np.float32)
            total += part.T @ part
    values, vectors = np.linalg.eigh(total)
    print(f"kept {values[-out:].sum() / values.sum():.3f} of the energy")
    return vectors[:, -out:][:, ::-1].T.astype(np.float32)


def project(matrix, states):
    raw = states @ matrix.T
    norm = np.linalg.norm(raw, axis=1, keepdims=True)
    return raw / norm, norm


def step(matrix, questions, documents, temperature):
    """Loss and gradient of one batch: lists of float32 states, document i belongs to question i."""
    q, qn = project(matrix, np.concatenate(questions))
    d, dn = project(matrix, np.concatenate(documents))
    qb = np.concatenate([[0], np.cumsum([len(x) for x in questions])])
    db = np.concatenate([[0], np.cumsum([len(x) for x in documents])])
    products = q @ d.T
    best = np.stack([products[:, a:b].argmax(1) + a for a, b in zip(db, db[1:])], 1)
    tops = np.take_along_axis(products, best, 1)
    lengths = np.diff(qb)[:, None]
    scores = np.add.reduceat(tops, qb[:-1], axis=0) / lengths / temperature
    shares = np.exp(scores - scores.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    loss = -np.log(np.diag(shares) + 1e-9).mean()
    g = (shares - np.eye(len(shares))) / len(shares) / lengths / temperature
    weights = np.repeat(g, np.diff(qb), axis=0).astype(np.float32)
    gq = np.einsum("id,idk->ik", weights, d[best])
    gd = np.zeros_like(d)
    np.add.at(gd, best.ravel(), (weights[:, :, None] * q[:, None, :]).reshape(-1, d.shape[1]))
    gq = (gq - (gq * q).sum(1, keepdims=True) * q) / qn
    gd = (gd - (gd * d).sum(1, keepdims=True) * d) / dn
    return loss, gq.T @ np.concatenate(questions) + gd.T @ np.concatenate(documents)


def fit(args):
    (qs, questions), (cs, code) = load(args.questions), load(args.code)
    matrix = axes([args.questions, args.code])
    random = np.random.default_rng(args.seed)
    pairs = [i for i in range(len(qs) - 1) if qs[i] < qs[i + 1] and cs[i] < cs[i + 1]]
    mean, square = np.zeros_like(matrix), np.zeros_like(matrix)
    losses = []
    for number in range(1, args.steps + 1):
        chosen = random.choice(pairs, args.batch, replace=False)
        loss, gradient = step(
            matrix, [questions[qs[i]:qs[i + 1]].astype(np.float32) for i in chosen],
            [code[cs[i]:cs[i + 1]].astype(np.float32) for i in chosen], args.temperature)
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient**2
        rate = args.rate * min(1, number / 20) * (1 - number / (args.steps + 1))
        matrix -= (rate * mean / (1 - 0.9**number) / (np.sqrt(square / (1 - 0.99**number)) + 1e-8)).astype(np.float32)
        losses.append(loss)
        if number % 25 == 0:
            print(f"step {number}: loss {np.mean(losses[-25:]):.4f}", flush=True)
    np.save(args.output, matrix)


def table(args):
    bits = np.load(args.matrix).astype(np.float16).view(np.uint16)
    print(f"// [{bits.shape[0]}, {bits.shape[1]}] half-precision numbers: {args.id}, by Benchmarks/retrieval/projection.py")
    flat = bits.ravel()
    for at in range(0, len(flat), 16):
        print(",".join(str(value) for value in flat[at:at + 16]) + ",")


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
commands = parser.add_subparsers(required=True)
command = commands.add_parser("fit")
command.add_argument("questions")
command.add_argument("code")
command.add_argument("output")
command.add_argument("--steps", type=int, default=300)
command.add_argument("--batch", type=int, default=32)
command.add_argument("--rate", type=float, default=1e-3)
command.add_argument("--temperature", type=float, default=0.05)
command.add_argument("--seed", type=int, default=1)
command.set_defaults(run=fit)
command = commands.add_parser("pca")
command.add_argument("output")
command.add_argument("prefixes", nargs="+")
command.set_defaults(run=lambda args: np.save(args.output, axes(args.prefixes)))
command = commands.add_parser("table")
command.add_argument("id")
command.add_argument("matrix")
command.set_defaults(run=table)
arguments = parser.parse_args()
arguments.run(arguments)
