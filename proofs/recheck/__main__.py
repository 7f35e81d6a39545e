"""recheck: the second, independent checker of `certify/1` certificates, of the project certify.

A certificate is a JSON file that states a theorem about the loss of a neural network: a minimum
that is not global, a saddle, a point that is neither.  This program decides whether the theorem
follows from the numbers in the file.  It was written from two documents:

    format/     what a certificate holds, what it claims, and the inequalities that prove it;
    lemmas/     the mathematics: why the inequalities prove the claim.

It shares no code with the other checker, certify/kernel.  It uses Python's standard library only,
and no floats.  What has to be believed beyond this folder: Python's integers, fractions,
math.isqrt and hashlib.

How to run it, with Python 3.10 or later:

    python3 -I proofs/recheck FILE_OR_FOLDER...         one line for each certificate
    python3 -I proofs/recheck --json FILE_OR_FOLDER...  one JSON object for each
    python3 -I proofs/recheck --explain FILE            first the theorem in words

-I keeps PYTHONPATH and the user's own packages out.  Python itself looks into the folder that it is
given for what it needs to start, operator.py for one, before the first line of this program.  Where
somebody may have added files name this file instead, `python3 -I proofs/recheck/__main__.py`.

Exit codes: 0 all are proved; 1 one is rejected, an inequality is not verified; 2 one is malformed
or cannot be read, or the program was called wrongly or failed; 3 one is declined, of a version or
kind that is unknown here; 130 interrupted.

How to read it.  For every certificate: `reader` (JSON and numbers), `verdict` (how an inequality is
decided), `arithmetic` (intervals of integers), `matrices` (positive definite matrices), `kinds`
(which functions read and decide a kind), `command`.  Then what the kind needs, with its page of
format/ beside it:

    4.1          gaussian, dense
    4.2, 4.3     blocks, block_forms, isotypic, krawczyk, symmetric; duals, birth
    4.4, 4.5     expansions, families, tubes, family_minimum, family_saddle
    4.6, 4.7     consequences
    4.8, 4.9     span; enumeration
    4.10 - 4.14  layers, data, networks, evaluation, paths, gradients, piecewise; entropy
    4.15 - 4.17  wide, functions, formulas, smooth_data, smooth_networks, constant, splitting_family
    4.18, 4.19   tilted, covers, slopes; axes, series, plane, family_slopes
    4.27, 4.28   circle, triangle, landscape_plane, landscape_space, landscape; tilted_plane,
                 slopes_landscape

`bounds` has the limits of section 3.1.  `explain` and the modules it calls decide nothing.

This file runs on old Pythons, too: it says that they are too old.
"""

import sys

# Python puts this folder first on sys.path; no import may find a file here by a standard name.
FOLDER = __file__[: -len("__main__.py")].rstrip("/\\")
sys.path[:] = [entry for entry in sys.path if entry.rstrip("/\\") != FOLDER]

if sys.version_info < (3, 10):  # noqa: UP036 - whoever runs it may have any
    sys.stderr.write("recheck: this checker needs Python 3.10 or later; nothing was checked\n")
    sys.exit(2)

import importlib
import os
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, ModuleType

PACKAGE = "recheck"


class Source(SourceFileLoader):
    """Compiles the source: compiled code that lies beside it is neither read nor written."""

    def get_code(self, name: str) -> CodeType:
        path = self.get_filename(name)
        return self.source_to_code(self.get_data(path), path)


class Siblings:
    """Finds recheck.NAME in the file NAME.py of this folder, and nowhere else."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> "ModuleSpec | None":
        package, _, module = name.partition(".")
        if package != PACKAGE:
            return None
        file = os.path.join(os.path.abspath(FOLDER), module + ".py")
        spec = ModuleSpec(name, Source(name, file), origin=file)
        spec.has_location = True
        return spec


def load(module: str) -> ModuleType:
    """A module of this folder, as part of a package whose only place is this folder."""
    if PACKAGE not in sys.modules:
        sys.modules[PACKAGE] = ModuleType(PACKAGE)
        sys.modules[PACKAGE].__path__ = [FOLDER]
        sys.meta_path.insert(0, Siblings)
    return importlib.import_module(PACKAGE + "." + module)


if __name__ == "__main__":
    sys.exit(load("command").run())
