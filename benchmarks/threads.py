"""Linear algebra has one thread, as the check has: to be imported before NumPy.

With two, while another process held one of two processors, OpenBLAS was seen to take from 25 ms to
1.7 s for the same matrix.
"""

from __future__ import annotations

import os

for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = "1"
