"""Fuzzing that coverage guides, with atheris, which is no dependency of ours: from a virtual environment of its own,

pip install atheris && pip install -e . && python -m tests.collect.fuzz feed -runs=50000 -max_len=6000
"""

import importlib
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

INSTRUMENTED = ["bot.collect", "bot.text.headline", "fastfeedparser", "feedparser", "trafilatura", "pdfminer"]
MAX_SECONDS = 5.0


def main() -> None:
    """`TARGET [libFuzzer's options]`; what fails is written where libFuzzer says."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=INSTRUMENTED):
        fuzzing = importlib.import_module("tests.collect.fuzzing")
    name, *options = sys.argv[1:]
    target = fuzzing.TARGETS[name]

    def one(data: bytes) -> None:
        started = time.process_time()
        target(data)
        assert time.process_time() - started < MAX_SECONDS

    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(fuzzing.seeds(name)):
            Path(corpus, str(number)).write_bytes(seed)
        atheris.Setup([sys.argv[0], *options, corpus], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
