"""The HTTP side of the Bot API double: requests in, faults, answers out; and /control for other processes.

POST /control/say, /control/press, /control/upload, /control/update, /control/fail, /control/open_chat,
/control/block take the method's arguments as a JSON object; GET /control/messages?chat_id=7,
/control/calls?method=sendMessage, /control/queries and /control/pending answer JSON.
"""

import email.parser
import email.policy
import json
import socket
import threading
import time
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.doubles.bot_api_methods import METHODS, RAW
from tests.doubles.bot_api_records import Call
from tests.doubles.telegram_text import JSON, RefusedError

if TYPE_CHECKING:
    from tests.doubles.bot_api import BotApi
    from tests.doubles.bot_api_records import Fault


class ApiServer:
    """Owns the listening socket and its thread."""

    def __init__(self, api: "BotApi", port: int) -> None:
        handler = type("BoundHandler", (_Handler,), {"api": api})
        self._server = _Server(("127.0.0.1", port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def connections(self) -> int:
        return self._server.connections

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if not self._thread.is_alive():
            return
        self._server.shutdown()
        self._thread.join()
        self._server.cut_all()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, *arguments: Any) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""

    @property
    def connections(self) -> int:
        return len(self._open)

    def cut_all(self) -> None:
        """End the connections that clients keep alive, so that no thread waits for them."""
        for request in list(self._open):
            _cut(request)


class _Handler(BaseHTTPRequestHandler):
    api: "BotApi"
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # whoever called is gone
            self.close_connection = True
            with self.api.changed:
                self.api.broken_off += 1
            return
        self._handle(body)

    def do_GET(self) -> None:
        self._handle(b"")

    def _handle(self, body: bytes) -> None:
        address = urlsplit(self.path)
        parts = [unquote(part) for part in address.path.strip("/").split("/")]
        query = {name: values[-1] for name, values in parse_qs(address.query, keep_blank_values=True).items()}
        if parts[0] == "control":
            self._answer(*_control(self.api, parts[-1], query | (json.loads(body) if body else {})))
        elif parts[0] == "file":
            self._file(parts[1].removeprefix("bot"), parts[-1])
        elif parts[0].startswith("bot") and len(parts) == 2:
            self._call(parts[0].removeprefix("bot"), parts[1], query | self._parameters(body))
        else:
            self._answer(404, RefusedError("Not Found", 404).body)

    def _call(self, token: str, method: str, params: JSON) -> None:
        if method == "getUpdates":
            self._deal_with(token, method, params)
            return
        call = Call(method, params, time.monotonic(), 0)
        self.api.begin(call)
        try:
            self._deal_with(token, method, params)
        finally:
            self.api.end(call)

    def _deal_with(self, token: str, method: str, params: JSON) -> None:
        api = self.api
        with api.changed:
            fault = _due_fault(api, method, params)
        if fault and fault.delay:
            time.sleep(fault.delay)
        status, answer = 0, b""
        if not fault or fault.happens or fault.cut == "after" or (not fault.cut and not fault.status):
            status, answer = self._perform(token, method, params)
        if fault and fault.status and not fault.cut:
            refusal = RefusedError(
                fault.description or "Internal Server Error", fault.status, **fault.parameters
            )
            status, answer = fault.status, fault.body if fault.body is not None else _encode(refusal.body)
        if fault and fault.cut:
            status = 0
        api.note(method, params, status)
        if fault and fault.cut:
            self.close_connection = True
            _cut(self.connection)
            return
        self._answer(status, answer)

    def _perform(self, token: str, method: str, params: JSON) -> tuple[int, bytes]:
        api = self.api
        if token.partition(":")[2] == "" or not token.partition(":")[0].isdigit():
            return 404, _encode(RefusedError("Not Found", 404).body)
        if token != api.token and not api.any_token:
            return 401, _encode(RefusedError("Unauthorized", 401).body)
        if method not in METHODS:
            return 404, _encode(RefusedError("Not Found", 404).body)
        with api.changed:
            try:
                return 200, _spliced(_encode({"ok": True, "result": METHODS[method](api, params)}))
            except RefusedError as refusal:
                return refusal.status, _encode(refusal.body)
            except (KeyError, ValueError, TypeError) as error:
                return 400, _encode(RefusedError(f"Bad Request: invalid parameters ({error})").body)

    def _file(self, token: str, name: str) -> None:
        data = self.api.files.get(name)
        if data is None or (token != self.api.token and not self.api.any_token):
            self._answer(404, RefusedError("Not Found", 404).body)
        else:
            self._answer(200, data, "application/octet-stream")

    def _parameters(self, body: bytes) -> JSON:
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("application/json"):
            return dict(json.loads(body or b"{}"))
        if kind.startswith("multipart/"):
            return _multipart(kind, body)
        return {name: values[-1] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}

    def _answer(self, status: int, body: bytes | JSON, kind: str = "application/json") -> None:
        data = body if isinstance(body, bytes) else _encode(body)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: Any) -> None:
        """No access log: paths carry the token."""


def _encode(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _spliced(body: bytes) -> bytes:
    """With raw texts in place of their quoted form (`RAW`)."""
    mark = _encode(RAW) + b": "
    if mark not in body:
        return body
    head, *rest = body.split(mark)
    for piece in rest:
        text, end = json.JSONDecoder().raw_decode(piece.decode("utf-8", "surrogatepass"))
        head += (text + piece.decode("utf-8", "surrogatepass")[end:]).encode("utf-8", "surrogatepass")
    return head


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was faster


def _due_fault(api: "BotApi", method: str, params: JSON) -> "Fault | None":
    for fault in api.faults:
        named = fault.method == method or (fault.method == "*" and method != "getUpdates")
        if named and fault.times > 0 and fault.chat_id in {None, int(params.get("chat_id") or 0)}:
            fault.times -= 1
            return fault
    return None


def _multipart(kind: str, body: bytes) -> JSON:
    """Fields as text, files as (name, content)."""
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    found: JSON = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content: bytes = part.get_payload(decode=True)  # type: ignore[assignment]  # bytes, as decode is asked for
        file_name = part.get_filename()
        found[name] = content.decode() if file_name is None else (file_name, content)
    return found


def _control(api: "BotApi", action: str, given: JSON) -> tuple[int, JSON]:
    match action:
        case "messages":
            found = api.messages(int(given["chat_id"]))
            return 200, {"result": [_plain(asdict(seen)) for seen in found]}
        case "calls":
            return 200, {"result": [_plain(asdict(call)) for call in api.calls(given["method"])]}
        case "queries":
            return 200, {"result": _plain(dict(api.queries))}
        case "pending":
            return 200, {"result": len(api.updates)}
        case "say" | "press" | "update" | "open_chat" | "block":
            try:
                return 200, {"result": getattr(api, action)(**given)}
            except (AssertionError, TypeError, LookupError, StopIteration) as error:
                return 400, {"error": str(error)}
        case "fail":
            api.fail(**given)
            return 200, {"result": True}
        case "upload":
            return 200, {"result": api.upload(given["chat_id"], given["name"], given["text"].encode())}
    return 404, {"error": f"no control {action}"}


def _plain(value: Any) -> Any:
    """The value with each file replaced by its size, so that it can be sent as JSON."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
