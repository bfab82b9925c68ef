"""Processes by name: host, process id and start time, so that a number used again is somebody else."""

import os
import socket

import psutil

# The kernel's start time is read against a clock that may be set in between (seconds).
CLOCK_MOVED = 2.0


def myself() -> str:
    """This process's name."""
    return f"{socket.gethostname()[:64]} {os.getpid()} {psutil.Process().create_time():.2f}"


def is_alive(name: str) -> bool:
    """Whether a process of that name runs; True for one on another host, of which nothing can be known."""
    host, process, started = name.split(" ")
    if host != socket.gethostname()[:64]:
        return True
    try:
        found = psutil.Process(int(process))
        gone = found.status() == psutil.STATUS_ZOMBIE
        return not gone and abs(found.create_time() - float(started)) < CLOCK_MOVED
    except psutil.NoSuchProcess:
        return False
