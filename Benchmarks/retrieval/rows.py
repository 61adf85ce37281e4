"""Rows of measurements, as scripts/bench adds them up."""


def row(case, metric, unit, value, digits=5):
    """One measurement of ours alone."""
    return {"area": "retrieval", "case": case, "metric": metric, "unit": unit, "ours": round(value, digits),
            "peer": None, "peer_name": None, "ratio": None, "runs": 1}
