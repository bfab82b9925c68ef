"""A real HTTP endpoint on loopback that says what a test tells it to."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

Reply = tuple[int, dict[str, str], bytes]


def chat(text: str, *, finish: str = "stop", fingerprint: str | None = None) -> bytes:
    return json.dumps(
        {
            "id": "c1",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "system_fingerprint": fingerprint,
            "choices": [
                {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}
            ],
            "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
        }
    ).encode()


class LocalEndpoint:
    """Answers POST /v1/chat/completions from `script`, in order; the last reply is repeated."""

    def __init__(self) -> None:
        self.script: list[Reply] = []
        self.asked: list[dict] = []
        self.accepts: list[str] = []
        self.fingerprint: str | None = None
        self.listed: list[dict] = []
        self.answer: Callable[[dict], str] | None = None
        self.delay = 0.0
        self.drips = False
        self.at_once = 0
        self.most_at_once = 0
        self._lock = Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.accepts.append(self.headers["Accept-Encoding"])
                status, headers, sent = outer.reply(body)
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                while outer.drips:
                    self.wfile.write(b" ")
                    time.sleep(0.05)
                self.wfile.write(sent)

            def do_GET(self) -> None:
                sent = json.dumps({"object": "list", "data": outer.listed}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            def log_message(self, *_args: object) -> None:
                pass

            def handle(self) -> None:
                with suppress(BrokenPipeError, ConnectionResetError):
                    super().handle()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def reply(self, body: dict) -> Reply:
        with self._lock:
            self.asked.append(body)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(self.delay)
        with self._lock:
            self.at_once -= 1
            if self.answer:
                return 200, {}, chat(self.answer(body), fingerprint=self.fingerprint)
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]
