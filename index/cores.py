"""The cores for heavy work; the only joblib import."""

import warnings

from joblib import cpu_count


def physical_cores() -> int:
    """Physical cores that this process may use, a container's limits included."""
    with warnings.catch_warnings(action="ignore"):  # where they cannot be told from logical ones, those will do
        return int(cpu_count(only_physical_cores=True))
