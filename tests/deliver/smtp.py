"""A real SMTP server on this machine, in a thread: it takes, refuses, falls silent or hangs up as it is told."""

import email
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.policy import default
from typing import Any


class Server(socketserver.ThreadingTCPServer):
    """`letters` is what it took; `rcpt` and `after` are its answers to RCPT and to a letter (0: silence, -1: it hangs up); where it
    `hurries`, it hangs up as soon as it has answered a letter; `login` is its answer to a password (0: it asks for none)."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.letters: list[Message] = []
        self.rcpt = self.after = 250
        self.login = 0
        self.hurries = False
        self.silent = threading.Event()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Session(socketserver.StreamRequestHandler):
    """One connection (RFC 5321)."""

    server: Server

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 here")
        for raw in self.rfile:
            word = raw.decode().strip().upper()
            if word.startswith("EHLO") and self.server.login:
                self.say("250-well")
                self.say("250 AUTH PLAIN")
            elif word.startswith("AUTH"):
                self.say(f"{self.server.login} password")
            elif word.startswith(("EHLO", "HELO", "MAIL")):
                self.say("250 well")
            elif word.startswith("RCPT"):
                if self.server.rcpt == 0:
                    self.server.silent.wait(20)
                    return
                self.say(f"{self.server.rcpt} recipient")
            elif word == "DATA":
                self.say("354 go on")
                letter = self._letter()
                if letter is None or not self._answer(letter):
                    return
            elif word == "QUIT":
                self.say("221 bye")
                return

    def _letter(self) -> bytes | None:
        """The lines up to the dot; None where whoever sends hangs up before it."""
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line)
        return None

    def _answer(self, letter: bytes) -> bool:
        after = self.server.after
        if after in (250, 0, -1):
            plain = letter.replace(b"\r\n..", b"\r\n.")
            self.server.letters.append(email.message_from_bytes(plain, policy=default))
        if after == 0:
            self.server.silent.wait(20)
        if after <= 0:
            return False
        self.say(f"{after} letter")
        if self.server.hurries:
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return not self.server.hurries


@contextmanager
def serving() -> Iterator[Server]:
    """The server, running."""
    with Server() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.silent.set()
        server.shutdown()


def said(letter: Any) -> str:
    """The text of a letter."""
    return str(letter.get_content()).replace("\r\n", "\n")
