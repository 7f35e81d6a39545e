"""Coverage-guided fuzzing of both readers with atheris (slow tier, stand-alone: atheris is not a
dependency of this project).

    python -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install atheris -e '.[test]'
    /tmp/fuzz/bin/python tests/fuzz_reader.py -runs=1000000 [FOLDER_OF_INPUTS]

Options are libFuzzer's. Every input goes through `agree` of test_reader_fuzz.py in
tests/kernel/foundation: no exception but the readers' own, and both readers say the same. An input
that breaks this is written to ./crash-*, and the exit code is not 0. Without -runs it does not end.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def quoted(token: bytes) -> str:
    """In the form of a libFuzzer dictionary."""
    return "".join(f"\\x{byte:02x}" for byte in token)


def main() -> None:
    import atheris

    sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/kernel/foundation")]
    with atheris.instrument_imports(include=["certify.kernel", "recheck_of_fuzzing"]):
        second = importlib.import_module("standalone").recheck("fuzzing")
        importlib.import_module("certify.kernel.check")
    reader = importlib.import_module("test_reader_fuzz")
    reader.rc = second  # the instrumented one
    counts = {"inputs": 0}

    def one_input(data: bytes) -> None:
        verdict = reader.agree(data)
        counts["inputs"] += 1
        counts[verdict] = counts.get(verdict, 0) + 1
        if counts["inputs"] % 100_000 == 0:
            print(counts, file=sys.stderr)

    with tempfile.TemporaryDirectory() as folder:
        for i, seed in enumerate(reader.SEEDS):
            (Path(folder) / f"seed{i}.json").write_text(json.dumps(seed))
        words = Path(folder) / "words"
        words.write_text("".join(f'"{quoted(token)}"\n' for token in reader.TOKENS))
        atheris.Setup([*sys.argv, f"-dict={words}", folder], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
