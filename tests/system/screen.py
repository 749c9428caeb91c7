# SPDX-License-Identifier: Apache-2.0
"""A terminal inside the practice network: tmux draws, we read its cells and type."""

import os
import re
import subprocess

import support


class Screen:
    """A shell in a tmux window of its own server, inside the scanner, for `with`."""

    def __init__(self, net, keep, columns, rows, language="C.UTF-8", **environment):
        # A socket's path has at most 107 bytes: it is named from its folder.
        self.folder = os.open(keep, os.O_PATH)
        self.command = ["tmux", "-u", "-f", "/dev/null", "-S", f"/proc/{os.getpid()}/fd/"
                        f"{self.folder}/tmux"]
        env = {k: v for k, v in net.environment().items()
               if k not in ("TMUX", "NO_COLOR", "LC_ALL", "LC_CTYPE") and not k.startswith("SSH_")}
        env.update(LANG=language, TERM="xterm-256color", PS1="ready> ", **environment)
        done = subprocess.run(net.command(
            [*self.command, "new-session", "-d", "-x", str(columns), "-y", str(rows),
             f"LANG={language} PS1='ready> ' exec bash --norc --noprofile -i"], follow=False),
            env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        self.wait("ready>")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tmux("kill-server")
        os.close(self.folder)

    def tmux(self, *words):
        """One tmux command's output."""
        return subprocess.run([*self.command, *words], capture_output=True, text=True, timeout=60,
                              check=False).stdout

    def text(self, *more):
        """What the screen shows now."""
        return self.tmux("capture-pane", "-p", *more)

    def ask(self, what):
        """A value of the pane: cursor_flag, cursor_x, alternate_on, ..."""
        return self.tmux("display-message", "-p", "#{" + what + "}").strip()

    def type(self, text):
        """Types a line."""
        self.tmux("send-keys", "-l", text)
        self.tmux("send-keys", "Enter")

    def wait(self, wanted, what=None):
        """Waits until the screen shows WANTED (text, or a function of the text); the text."""
        seen = []

        def shows():
            seen[:] = [self.text()]
            return wanted(seen[0]) if callable(wanted) else wanted in seen[0]
        try:
            support.until(shows, what or str(wanted))
        except AssertionError as error:
            raise AssertionError(f"{error}\n{seen[0]}") from None
        return seen[0]

    def is_usable(self):
        """The prompt is back, echoes what is typed, and nothing is odd about the terminal."""
        self.wait(lambda text: text.rstrip("\n").split("\n")[-1].startswith("ready>"), "the prompt")
        self.tmux("send-keys", "-l", "echo us''able; stty -a | tr ' ;' '\\n' | grep -cx -e echo "
                  "-e icanon -e isig")
        typed = self.wait("us''able")
        assert "ready> echo us''able" in typed
        self.tmux("send-keys", "Enter")
        self.wait(lambda text: re.search(r"^usable\n3$", text, re.M), "a whole terminal")
        assert self.ask("cursor_flag") == "1" and self.ask("alternate_on") == "0"
