# SPDX-License-Identifier: Apache-2.0
"""tshark as an oracle: one process for many files, and what it said is kept.

tshark takes a quarter of a second to start and a few milliseconds to read a small file, so it
starts once and forks for each question (tshark_once.c, preloaded). Its answers depend on nothing
but its version, the question and the file's bytes, and are kept under those in
$XDG_CACHE_HOME/sonde-oracle; removing that folder costs one slow run.
"""
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SONDE_BUILD", ROOT / "build"))
ONCE = BUILD / "tests/system/tshark-once.so"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
CACHE /= "sonde-oracle"
# -T fields escapes these by a letter; JSON, as it must, by its own rules.
LETTERS = {ord(byte): escape for byte, escape in zip("\a\b\f\n\r\t\v", (
    "\\a", "\\b", "\\f", "\\n", "\\r", "\\t", "\\v"))}
SILENT = {"stderr": subprocess.DEVNULL}


def environment():
    """Times and texts come out the same wherever this runs; nobody's preferences count."""
    return dict(os.environ, TZ="UTC", LC_ALL="C.UTF-8", HOME="/nonexistent",
                XDG_CONFIG_HOME="/nonexistent")


@functools.cache
def version():
    out = subprocess.run(["tshark", "--version"], stdout=subprocess.PIPE, check=True, text=True,
                         env=environment(), **SILENT)
    return re.search(r"\d+\.\d+\.\d+", out.stdout)[0]


def kept(key, make):
    """make()'s JSON value, from the cache when it is there."""
    path = CACHE / version() / key
    try:
        return json.loads(zlib.decompress(path.read_bytes()))
    except (OSError, ValueError, zlib.error):
        value = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
        part.write(zlib.compress(json.dumps(value).encode(), 1))
    os.replace(part.name, path)
    return value


def digest(*parts):
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part if isinstance(part, bytes) else json.dumps(part).encode())
        whole.update(b"\0")
    return whole.hexdigest()


@functools.cache
def fields():
    """name -> protocol of every field that tshark knows, a protocol being its own."""
    def ask():
        out = subprocess.run(["tshark", "-G", "fields"], stdout=subprocess.PIPE, check=True,
                             env=environment(), **SILENT)
        rows = [line.split("\t") for line in out.stdout.decode("utf-8", "replace").split("\n")]
        return {row[2]: row[4] if row[0] == "F" else row[2] for row in rows if len(row) > 2}
    return kept("fields", ask)


def alone(*options, file, filter_text=""):
    """Exit status and output of an ordinary tshark."""
    command = ["tshark", "-n", "-r", str(file), *options]
    command += ["-Y", filter_text] if filter_text else []
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, env=environment(),
                          **SILENT)
    return done.returncode, done.stdout


def complaint(file, filter_text):
    """Lines that tshark prints about a filter it refuses; none when it takes it."""
    def ask():
        done = subprocess.run(["tshark", "-n", "-r", str(file), "-Y", filter_text],
                              capture_output=True, check=False, env=environment())
        lines = done.stderr.decode("utf-8", "replace").splitlines()
        return [line for line in lines if "Running as user" not in line] if done.returncode else []
    return kept(f"complaints/{digest(filter_text, pathlib.Path(file).read_bytes())}", ask)


class Tshark:
    """One tshark with fixed options; ask() it about files. Not for several threads."""

    def __init__(self, *options, filters=False):
        self.options = list(options)
        self.filters = filters
        self.process = None

    def start(self):
        command = ["tshark", "-n", "-r", "@CAPTURE", *self.options]
        if self.filters:
            command += ["-Y", "@FILTER"]
        assert ONCE.exists(), f"{ONCE} is missing: run script/build"
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=dict(environment(), LD_PRELOAD=str(ONCE)),
                                        **SILENT)

    def close(self):
        if self.process:
            self.process.stdin.close()
            self.process.stdout.close()
            self.process.wait()
            self.process = None

    def run(self, file, filter_text=""):
        """Exit status and output for one file."""
        if not self.process:
            self.start()
        assert not re.search(r"[\t\n]", f"{filter_text}{file}")
        with tempfile.NamedTemporaryFile() as out:
            self.process.stdin.write(f"{filter_text}\t{file}\t{out.name}\n")
            self.process.stdin.flush()
            status = self.process.stdout.readline()
            assert status, f"tshark ended over {file}"
            return int(status), pathlib.Path(out.name).read_bytes()

    def ask(self, file, filter_text="", make=lambda status, out: [status, out.decode()]):
        """make(status, output), which must be fit for JSON; from the cache if it is there."""
        file = pathlib.Path(file)
        key = digest(self.options, filter_text, make.__name__, file.read_bytes())
        return kept(f"{digest(self.options)[:16]}/{key}",
                    lambda: make(*self.run(file, filter_text)))


def frames_escaped(_status, out):
    """Of -T json -e ...: {frame number: {field: values}}; a cut file's good part too."""
    text = out.decode("utf-8", "replace")
    try:
        rows = json.loads(text) if text.strip() else []
    except ValueError:
        rows = json.loads(text.rstrip().rstrip(",") + "]")
    layers = [row["_source"]["layers"] for row in rows]
    return {row.pop("frame.number")[0]: {name: [value.translate(LETTERS) for value in values]
                                         for name, values in row.items()} for row in layers}


def numbers(status, out):
    """Of -T fields -e frame.number: the frames, or None when the filter was refused."""
    return out.decode().split() if status != 2 or out else None
