# SPDX-License-Identifier: Apache-2.0
"""Namespaces by exact name: entering them, the lock of a run, what killed runs left behind.

Theory of operation. Every namespace of a run is called sonde-<pid>-<random>-<node>. The run holds
a lock on /run/sonde-lab/<prefix> from before it makes the first one until after it removed the
last. A prefix whose lock nobody holds is therefore a leftover, whatever became of its pid.

Runs clean up after others at any moment, so a lock counts only while its file still bears its
name: between opening and locking it somebody may have removed it.
"""

import ctypes
import fcntl
import os
import re
import shutil
import signal
import subprocess
import threading

NETNS_DIR = "/run/netns"
ETC_DIR = "/etc/netns"
LOCK_DIR = "/run/sonde-lab"
HOME_DIR = "/tmp"
PREFIX = re.compile(r"sonde-\d+-[0-9a-f]{6}-")
CLONE_NEWNET = 0x40000000


def in_namespace(path, work):
    """Calls WORK in a thread that has entered the network namespace PATH; returns its result."""
    box = {}

    def body():
        try:
            libc = ctypes.CDLL(None, use_errno=True)
            fd = os.open(path, os.O_RDONLY)
            try:
                if libc.setns(fd, CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), path)
            finally:
                os.close(fd)
            box["result"] = work()
        except BaseException as error:  # handed to the caller below
            box["error"] = error

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    if "error" in box:
        raise box["error"]
    return box["result"]


def namespaces_with(prefix):
    """The exact names of existing namespaces that begin with PREFIX."""
    try:
        return sorted(n for n in os.listdir(NETNS_DIR) if n.startswith(prefix))
    except FileNotFoundError:
        return []


def remove_by_prefix(prefix):
    """Removes all that a run of this exact prefix made."""
    for name in namespaces_with(prefix):
        pids = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True)
        for pid in pids.stdout.split():
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                pass
        subprocess.run(["ip", "netns", "del", name], capture_output=True)
    if os.path.isdir(ETC_DIR):
        for name in os.listdir(ETC_DIR):
            if name.startswith(prefix):
                shutil.rmtree(os.path.join(ETC_DIR, name), ignore_errors=True)
    shutil.rmtree(os.path.join(HOME_DIR, prefix + "home"), ignore_errors=True)
    try:
        os.unlink(os.path.join(LOCK_DIR, prefix))
    except FileNotFoundError:
        pass


def lock_prefix(prefix, create=True, wait=False):
    """Takes the lock of PREFIX; the descriptor, or None when it is held and we do not WAIT.

    Without CREATE also None when there is no such lock.
    """
    path = os.path.join(LOCK_DIR, prefix)
    flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if create else 0)
    while True:
        try:
            fd = os.open(path, flags, 0o600)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            if os.path.samestat(os.fstat(fd), os.stat(path)):
                return fd
        except BlockingIOError:
            os.close(fd)
            return None
        except FileNotFoundError:
            pass
        os.close(fd)


def leftovers():
    """The prefixes of runs that have left something behind."""
    found = set(os.listdir(LOCK_DIR))
    for place in (NETNS_DIR, ETC_DIR):
        if os.path.isdir(place):
            found.update(m[0] for m in map(PREFIX.match, os.listdir(place)) if m)
    return sorted(filter(PREFIX.fullmatch, found))


def remove_stale():
    """Removes what killed runs left behind."""
    for prefix in leftovers():
        fd = lock_prefix(prefix, create=False)
        if fd is None and not os.path.exists(os.path.join(LOCK_DIR, prefix)):
            # The run may have ended since we looked. A run removes its lock last, so a namespace
            # that is there now has lost its lock by other means.
            if namespaces_with(prefix):
                fd = lock_prefix(prefix)
        if fd is not None:
            remove_by_prefix(prefix)
            os.close(fd)
