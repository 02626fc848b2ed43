"""Make the environment: .venv from the hashed lock, and the system libraries that pip cannot bring.

    python3 tools/setup_env.py runtime|dev

Uses uv when it is on PATH, else venv and pip.  Installs Debian packages itself when run as root,
else says which ones are missing.  A second run finds nothing to do.  Standard library only.
"""

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
VENV = BASE / ".venv"
STAMP = VENV / "locks.json"
# The dev lock holds the runtime lock's pins and more, so it stands for both.
LOCKS = {"runtime": "requirements.lock", "dev": "requirements-dev.lock"}
STANDS_FOR = {"runtime": ["runtime"], "dev": ["runtime", "dev"]}

PANGO_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PANGO_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


def main(kind: str) -> int:
    """Set up the environment of that kind; 0 when it is complete."""
    check_python()
    if not is_current(kind):
        install(kind)
    bring_pango()
    return 0


def check_python() -> None:
    """Refuse a Python that is too old, naming it."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this very file must say so on an older one
        version = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit(
            f"ProviderPortal needs Python 3.11 or newer; {sys.executable} is {version}. "
            "Name another one: make run PYTHON=python3.12"
        )


def is_current(kind: str) -> bool:
    """Whether the environment works and was made from the lock as it is now."""
    if not STAMP.exists() or not works():
        return False
    return json.loads(STAMP.read_text()).get(kind) == lock_hash(kind)


def works() -> bool:
    """Whether the environment's Python still runs: an upgrade of the system's breaks it."""
    python = VENV / "bin" / "python"
    return python.exists() and quietly([python, "-c", ""])


def install(kind: str) -> None:
    """Install that lock, with uv or with pip, and stamp the environment."""
    say(f"Installing {LOCKS[kind]} into .venv (with pip about half a minute) …")
    if not (has_uv() and install_with_uv(kind)):
        install_with_pip(kind)
    stamp = json.loads(STAMP.read_text()) if STAMP.exists() else {}
    stamp.update({name: lock_hash(name) for name in STANDS_FOR[kind]})
    STAMP.write_text(json.dumps(stamp, indent=1))


def install_with_uv(kind: str) -> bool:
    """Install with uv; False if it failed, so that pip may try with its own configuration."""
    if not works() and subprocess.call(
        ["uv", "venv", "--quiet", "--clear", "--python", sys.executable, VENV]
    ):
        return False
    options = ["--require-hashes", "--only-binary", ":all:", "--python", VENV / "bin" / "python"]
    if subprocess.call(["uv", "pip", "install", "--quiet", *options, "-r", BASE / LOCKS[kind]]):
        say("uv could not install the lock; trying pip.")
        return False
    return True


def install_with_pip(kind: str) -> None:
    """Make the environment with venv where needed, and install with pip."""
    python = VENV / "bin" / "python"
    if not works() or not quietly([python, "-m", "pip", "--version"]):
        check_venv()
        run([sys.executable, "-m", "venv", "--clear", VENV])
    options = ["--require-hashes", "--only-binary=:all:", "--disable-pip-version-check", "--quiet"]
    run([python, "-m", "pip", "install", *options, "-r", BASE / LOCKS[kind]])


def check_venv() -> None:
    """Bring Python's venv where Debian and Ubuntu left it out, or say how."""
    if quietly([sys.executable, "-c", "import ensurepip, venv"]):
        return
    if not apt_install("python3-venv"):
        sys.exit("Python's venv is missing. As root: apt-get install python3-venv")


def bring_pango() -> None:
    """Bring the libraries that draw PDFs; without them they are drawn more plainly, so only say so."""
    if has_pango() or (apt_install(*PANGO_PACKAGES) and has_pango()):
        return
    how = "brew install pango" if sys.platform == "darwin" else f"apt-get install {' '.join(PANGO_PACKAGES)}"
    say(f"PDFs will be drawn by the simpler engine, as Pango is missing. To have it: {how}")


def has_pango() -> bool:
    """Whether WeasyPrint will find what it needs."""
    if sys.platform == "darwin":
        return any(Path(root, "lib/libpango-1.0.dylib").exists() for root in ("/opt/homebrew", "/usr/local"))
    try:
        for library in PANGO_LIBRARIES:
            ctypes.CDLL(library)
    except OSError:
        return False
    return True


def apt_install(*packages: str) -> bool:
    """Install Debian packages when run as root where apt-get is; False when that cannot be done."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"Installing {' '.join(packages)} …")
    quietly(["apt-get", "update", "-qq"])
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.call(command, env=environment, stdout=subprocess.DEVNULL) == 0


def has_uv() -> bool:
    """Whether uv is there and runs: a version manager's stand-in may be on PATH without it."""
    return shutil.which("uv") is not None and quietly(["uv", "--version"])


def lock_hash(kind: str) -> str:
    """The hash of that lock and of the Python it was installed for."""
    content = (BASE / LOCKS[kind]).read_bytes() + f"{sys.version_info[:2]}".encode()
    return hashlib.sha256(content).hexdigest()


def quietly(command: list) -> bool:
    """Whether a command succeeds; its output is thrown away."""
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def run(command: list) -> None:
    """Run a command, or end with its status."""
    status = subprocess.call(command)
    if status:
        sys.exit(status)


def say(line: str) -> None:
    """One line to the person who waits."""
    print(line, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in LOCKS:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
