"""Finds Chromium for the browser journeys, or installs it where it may."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

VARIABLE = "QUIZAPP_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
INSTALL = "apt-get install --yes --no-install-recommends chromium"
HELP = f"""No Chromium found for the browser journeys. Either
  - install one:  sudo {INSTALL}
  - or name one:  export {VARIABLE}=/path/to/chromium"""


class NoBrowser(Exception):
    """There is no Chromium, and none may be installed from here."""


def find() -> str | None:
    """The path of a Chromium: the one that is named, else the first on PATH."""
    named = os.environ.get(VARIABLE)
    if named:
        if not Path(named).is_file():
            raise NoBrowser(f"{VARIABLE}={named}: there is no such file. Correct or unset it.")
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def ready() -> str:
    """The path of a Chromium, installed now by apt where we are root; raises NoBrowser."""
    found = find()
    if found is None and is_root() and shutil.which("apt-get"):
        for command in ("apt-get update --quiet", INSTALL):
            subprocess.run(command.split(), check=True, stdout=sys.stderr)
        found = find()
    if found is None:
        raise NoBrowser(HELP)
    return found


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def arguments() -> list[str]:
    """Root has no sandbox to offer; everybody else keeps it."""
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
    return ["--no-sandbox", *quiet] if is_root() else quiet


def main() -> None:
    try:
        print(ready())
    except (NoBrowser, subprocess.CalledProcessError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
