"""Start programs by forking a Python process that has already imported asyncio.

This takes a fifth of the CPU time of a fresh start, and gives the same output.  Only
the docs build does it, and pytest for programs without a recording, those of exercises.
For others pytest starts a plain interpreter, also to record, so each way verifies the
other by means of the recording.  ``startup/sitecustomize.py`` is the code of the server
process.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

_PATIENCE = 1.0  # seconds without news, after which the server may have been stopped


class Forked:
    """A program in a fork; implements the part of the Popen interface that is used."""

    def __init__(self, stdout: IO[bytes]) -> None:
        self.stdout: IO[bytes] | None = stdout
        self.pid = 0
        self.returncode: int | None = None
        self.started = threading.Event()
        self.ended = threading.Event()

    def poll(self) -> int | None:
        """The exit status, if it has ended."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended.

        :raises subprocess.TimeoutExpired: if that takes more than ``timeout`` seconds.
        """
        if not self.ended.wait(timeout):
            raise subprocess.TimeoutExpired("fork", timeout or 0)
        assert self.returncode is not None  # set before ``ended``
        return self.returncode

    def kill(self) -> None:
        """Kill it, if it is still running."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


class ForkServer:
    """The fork server, and the programs that it runs."""

    def __init__(self, executable: str, environment: Mapping[str, str]) -> None:
        self.executable = executable
        # Random, so that no program's output contains the name by chance.
        self.name = f"example_{os.urandom(8).hex()}.py"
        self._control, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        self._control.settimeout(_PATIENCE)
        self._lock = threading.Lock()
        self._running: dict[str, Forked] = {}
        # A pipe, because Python inspects its output at startup, and programs get pipes.
        unread, output = os.pipe()
        try:
            self.process = subprocess.Popen(
                [executable, f"/proc/self/cwd/{self.name}"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={
                    **environment,
                    "PYTHONPATH": str(Path(__file__).parents[1] / "startup"),
                    "EXAMPLE_OUTPUT_CONTROL": str(theirs.fileno()),
                },
                pass_fds=[theirs.fileno()],
                process_group=0,
            )
        finally:
            os.close(unread)
            os.close(output)
            theirs.close()
        threading.Thread(target=self._listen, daemon=True).start()

    def start(self, key: str, folder: Path, environment: Mapping[str, str]) -> Forked:
        """Run the program that is called :attr:`name` in ``folder``.

        :raises OSError: if the server has ended.
        """
        read, write = os.pipe()
        program = Forked(open(read, "rb", buffering=0))  # noqa: SIM115  # its reader closes it
        job = {"key": key, "folder": str(folder), "environment": dict(environment)}
        with self._lock:
            self._running[key] = program
            try:
                socket.send_fds(self._control, [json.dumps(job).encode()], [write])
            finally:
                os.close(write)
        program.started.wait()
        if not program.pid:
            raise OSError("the fork server has ended")
        return program

    def restore(self, output: bytes, folder: Path, name: str) -> bytes:
        """Replace the name and folder that a program ran under by its own."""
        for alias, real in (
            (f"/proc/self/cwd/{self.name}", str(folder / name)),
            (self.name, name),
            (self.name.removesuffix(".py"), name.removesuffix(".py")),
            ("/proc/self/cwd", str(folder)),
        ):
            output = output.replace(alias.encode(), real.encode())
        return output

    def close(self) -> None:
        """End the server, and all programs that it runs."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)  # it kills its programs and exits
        try:
            self.process.wait(1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _listen(self) -> None:
        while message := self._receive():
            with self._lock:
                program = self._running[message["key"]]
            if "pid" in message:
                program.pid = message["pid"]
                program.started.set()
            else:
                program.returncode = message["status"]
                program.ended.set()
        for program in list(self._running.values()):
            if program.returncode is None:
                program.returncode = -signal.SIGKILL
                program.ended.set()
            program.started.set()

    def _receive(self) -> dict[str, Any]:
        while True:
            try:
                text = self._control.recv(65536)
                break
            except TimeoutError:  # a program may have stopped its parent
                self.process.send_signal(signal.SIGCONT)
            except OSError:
                return {}
        message: dict[str, Any] = json.loads(text) if text else {}
        return message
