"""Matrices in float64, in which everything is looked for and nothing is proved."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array"]

Array = NDArray[np.float64]
