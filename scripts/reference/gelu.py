"""Finds the coefficients of the GELU kernel: erf(z) = z P(z^2) / Q(z^2) on [0, 4], smallest greatest error.

Run with `scripts/reference-vectors python scripts/reference/gelu.py`. Iteratively reweighted least squares on
Chebyshev nodes (C. L. Lawson, 1961); the result is then evaluated in float32 as the kernel does.
"""

import numpy as np
from scipy.special import erf

LIMIT, P_DEGREE, Q_DEGREE = 4.0, 5, 5


def fit():
    z = (np.cos(np.pi * (np.arange(4000) + 0.5) / 4000) + 1) / 2 * LIMIT
    target, u = erf(z), (z / LIMIT) ** 2
    p_terms = z[:, None] * u[:, None] ** np.arange(P_DEGREE + 1)
    q_terms = u[:, None] ** np.arange(Q_DEGREE + 1)
    weight, denominator, best = np.ones_like(z), np.ones_like(z), None
    for _ in range(200):
        scale = np.sqrt(weight) / np.abs(denominator)
        system = np.hstack([p_terms, -target[:, None] * q_terms[:, 1:]])
        solution, *_ = np.linalg.lstsq(system * scale[:, None], target * scale, rcond=None)
        p, q = solution[: P_DEGREE + 1], np.r_[1, solution[P_DEGREE + 1 :]]
        denominator = q_terms @ q
        error = np.abs(p_terms @ p / denominator - target)
        if best is None or error.max() < best[0]:
            best = error.max(), p / LIMIT ** (2 * np.arange(P_DEGREE + 1)), q / LIMIT ** (2 * np.arange(Q_DEGREE + 1))
        weight = weight * (error + 1e-12)
        weight /= weight.mean()
    return best


def horner(coefficients, u):
    value = np.full_like(u, np.float32(coefficients[-1]))
    for coefficient in coefficients[-2::-1]:
        value = value * u + np.float32(coefficient)
    return value


error, p, q = fit()
x = np.linspace(-12, 12, 2_000_001).astype(np.float32)
z = np.clip(x * np.float32(np.sqrt(0.5)), -LIMIT, LIMIT).astype(np.float32)
single = z * horner(p, z * z) / horner(q, z * z)
exact = erf(x.astype(np.float64) / np.sqrt(2))
print("P", [float(np.float32(c)) for c in p])
print("Q", [float(np.float32(c)) for c in q])
print(f"greatest error of erf: {error:.2e} fitted, {np.abs(single - exact).max():.2e} in float32")
