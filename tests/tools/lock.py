"""Resolves the dependencies anew: exact versions with hashes, the same on every machine."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMON = [
    "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-emit-index-url", "--no-header", "--quiet", "--upgrade", "pyproject.toml",
    "--extra", "pg", "--extra", "build",
]  # fmt: skip
RUN = "requirements/run.txt"


def main() -> None:
    uv = str(Path(sys.executable).with_name("uv"))
    for extra in ([], ["--extra", "test", "--constraint", RUN]):
        output = "requirements/test.txt" if extra else RUN
        subprocess.run([uv, *COMMON, *extra, "--output-file", output], cwd=ROOT, check=True)
        print(f"{output} is up to date; run `make test` before you commit it")


if __name__ == "__main__":
    main()
