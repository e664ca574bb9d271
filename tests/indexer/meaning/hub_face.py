"""A loopback server with the Hugging Face hub's endpoints, for one repository in one folder."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

REVISION = "0123456789abcdef0123456789abcdef01234567"


class HubFace:
    """Serves `folder` as the repository `name`. What it states of a file can be made wrong in `stated`."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.downloads: list[str] = []
        self.stated = {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"face": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def description(self) -> dict[str, object]:
        files = [
            {"rfilename": name, "size": (size := (self.folder / name).stat().st_size), "blobId": "0" * 40}
            | {"lfs": {"sha256": sha256, "size": size, "pointerSize": 134}}
            for name, sha256 in self.stated.items()
        ]
        return {"id": self.name, "sha": REVISION, "siblings": files, "tags": [], "downloads": 0}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    face: HubFace

    def log_message(self, *args: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        path = self.path.partition("?")[0]
        resolve = f"/{self.face.name}/resolve/{REVISION}/"
        if path == f"/api/models/{self.face.name}":
            self._send(json.dumps(self.face.description()).encode(), with_body=with_body)
        elif path.startswith(resolve) and path.removeprefix(resolve) in self.face.stated:
            self._send_file(path.removeprefix(resolve), with_body=with_body)
        else:
            self._send(b"{}", 404, with_body=with_body, **{"X-Error-Code": "RepoNotFound"})

    def _send_file(self, name: str, *, with_body: bool) -> None:
        content = (self.face.folder / name).read_bytes()
        if with_body:
            self.face.downloads.append(name)
        etag = f'"{self.face.stated[name]}"'
        headers = {"ETag": etag, "X-Linked-Etag": etag, "X-Linked-Size": str(len(content))}
        self._send(content, with_body=with_body, **headers)

    def _send(self, body: bytes, code: int = 200, *, with_body: bool, **headers: str) -> None:
        self.send_response(code)
        for name, value in ({"X-Repo-Commit": REVISION, "Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)
