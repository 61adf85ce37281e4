"""What all cases share: rows of the result, percentiles, the time that something takes."""

import time


def row(case, metric, unit, value, runs=1):
    """A row without a peer: nothing else here does the same whole job."""
    return {"area": "service", "case": case, "metric": metric, "unit": unit, "ours": round(value, 3),
            "peer": None, "peer_name": None, "ratio": None, "runs": runs}


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


FLAWS = []


def exact(case, metric, unit, value, wanted=0):
    """A row that is no measure: any other value is a flaw, and the run fails."""
    if value != wanted:
        FLAWS.append(f"{case}: {metric} is {value}, not {wanted}")
    return row(case, metric, unit, value)


def timed(work):
    """Milliseconds and what the work gave."""
    start = time.monotonic()
    result = work()
    return (time.monotonic() - start) * 1000, result
