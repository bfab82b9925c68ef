"""An MLLP receiver of the tests, in a process of its own: it answers each message as it was told to. It shares no code with ours.

    python unkind_peer.py LOG HOW [HOW …]      the last HOW goes on for ever

With CERTIFICATE and KEY in its environment it speaks TLS. It writes its port to stdout, and each whole message that came to LOG (a line each: its control id, then the message in hex), before it
answers. HOW is a plan of steps, joined by "+":

    AA AE AR CA CE CR    an acknowledgement with that code; AE:101:PID:5 and AR:203:MSH:12 with an ERR
    other                an acknowledgement of another message
    garbage              a frame that is no acknowledgement
    noise                bytes outside of a frame
    half                 half a frame, and nothing more
    trickle              an acknowledgement that never ends, a byte every 50 ms
    endless              bytes as fast as they are taken
    silent               nothing
    close                the connection is closed
    wait:SECONDS         a pause
"""

import contextlib
import os
import socket
import socketserver
import ssl
import sys
import threading
import time
from pathlib import Path

START, END = b"\x0b", b"\x1c\r"
TURN = threading.Lock()
PLANS: list[str] = []
LOG = Path()


def acknowledgement(code: str, control: str, *, version: str = "2.5.1") -> bytes:
    """An ACK about a control id: "AE:101:PID:5" has an ERR that names field and code."""
    letter, *error = code.split(":")
    lines = [
        f"MSH|^~\\&|THEM|THERE|US|HERE|20261109101500||ACK|A{control}|P|{version}",
        f"MSA|{letter}|{control}",
    ]
    if error:
        number, segment, field = error
        lines.append(
            f"ERR||{segment}^1^{field}|{number}^what is wrong^HL70357|E|||Moreno Ada is not known here"
        )
    return START + "\r".join([*lines, ""]).encode() + END


class Receiver(socketserver.BaseRequestHandler):
    request: socket.socket

    def handle(self) -> None:
        held = b""
        with contextlib.suppress(OSError):
            while data := self.request.recv(1 << 16):
                held += data
                while END in held:
                    frame, held = held.split(END, 1)
                    if not self.answer(frame[frame.rfind(START) + 1 :]):
                        return

    def answer(self, body: bytes) -> bool:
        control = body.split(b"\r")[0].split(b"|")[9].decode()
        with TURN:
            plan = PLANS.pop(0) if len(PLANS) > 1 else PLANS[0]
            with LOG.open("a") as file:
                file.write(f"{control} {body.hex()}\n")
                file.flush()
                os.fsync(file.fileno())
        return all(self.step(step, control) for step in plan.split("+"))

    def step(self, step: str, control: str) -> bool:
        name, _, more = step.partition(":")
        if name == "close":
            return False
        if name == "silent":
            return True
        if name == "wait":
            time.sleep(float(more))
        elif name == "other":
            self.request.sendall(acknowledgement("AA", "SOMETHINGELSE"))
        elif name == "garbage":
            self.request.sendall(START + b"good day" + END)
        elif name == "noise":
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        elif name == "half":
            self.request.sendall(acknowledgement("AA", control)[:40])
        elif name == "trickle":
            for byte in acknowledgement("AA", control)[:-2] + b" " * 10_000:
                self.request.sendall(bytes([byte]))
                time.sleep(0.05)
        elif name == "endless":
            self.request.sendall(START)
            while True:
                self.request.sendall(b"x" * 65_536)
        else:
            self.request.sendall(acknowledgement(step, control))
        return True


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def get_request(self) -> tuple[socket.socket, object]:
        plain, address = super().get_request()
        if "CERTIFICATE" not in os.environ:
            return plain, address
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.environ["CERTIFICATE"], os.environ["KEY"])
        return context.wrap_socket(plain, server_side=True), address

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that goes away in the middle is nothing to tell."""


if __name__ == "__main__":
    LOG = Path(sys.argv[1])
    PLANS += sys.argv[2:]
    with Server(("127.0.0.1", int(os.environ.get("PORT", "0"))), Receiver) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()
