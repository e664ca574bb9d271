"""A small REST face over Qdrant Edge, so that the client's real HTTP path runs against the real engine.

One shard a collection, on the loopback interface. Only what the store sends is answered; the rest is 404.
"""

import json
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import qdrant_edge as edge

_NAMES = {"keyword": edge.PayloadSchemaType.Keyword, "integer": edge.PayloadSchemaType.Integer}


class RestFace:
    """Serves until :meth:`close`; `api_key` must come with every request."""

    def __init__(self, api_key: str) -> None:
        self.api_key = api_key
        self.requests: list[tuple[str, str]] = []
        self._folder = tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        self._shards: dict[str, edge.EdgeShard] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        for shard in self._shards.values():
            shard.close()
        self._folder.cleanup()

    def answer(self, method: str, path: str, body: dict[str, Any]) -> Any:
        _, _, collection, *rest = path.split("/")
        action = (method, "/".join(rest))
        if action == ("GET", "exists"):
            return {"exists": collection in self._shards}
        if action == ("PUT", ""):
            return self._create(collection, body)
        shard = self._shards[collection]
        match action:
            case ("PUT", "index"):
                schema = body["field_schema"]
                name = schema if isinstance(schema, str) else schema["type"]
                shard.update(edge.UpdateOperation.create_field_index(body["field_name"], _NAMES[name]))
            case ("PUT", "points"):
                points = [edge.Point(p["id"], p["vector"], p["payload"]) for p in body["points"]]
                shard.update(edge.UpdateOperation.upsert_points(points))
            case ("POST", "points/delete"):
                shard.update(_deletion(body))
            case ("POST", "points/query"):
                return {"points": [_scored(point) for point in shard.query(_query(body))]}
            case ("POST", "points/scroll"):
                return _scroll(shard, body)
            case ("POST", "points/count"):
                return {"count": shard.count(edge.CountRequest(exact=True, filter=_filter(body.get("filter"))))}
            case _:
                raise KeyError(action)
        return {"operation_id": 0, "status": "completed"}

    def _create(self, collection: str, body: dict[str, Any]) -> bool:
        folder = Path(self._folder.name, collection)
        folder.mkdir()
        vectors = {
            name: edge.EdgeVectorParams(size=params["size"], distance=edge.Distance.Cosine)
            for name, params in body["vectors"].items()
        }
        self._shards[collection] = edge.EdgeShard.create(str(folder), edge.EdgeConfig(vectors=vectors))
        return True


def _handler(face: RestFace) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            path = self.path.partition("?")[0].rstrip("/")
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            face.requests.append((self.command, path))
            if self.headers.get("api-key") != face.api_key:
                self._send(401, {"status": {"error": "Must provide an API key"}})
                return
            try:
                self._send(200, {"result": face.answer(self.command, path, body), "status": "ok", "time": 0.0})
            except KeyError as error:
                self._send(404, {"status": {"error": f"no {error}"}})

        do_PUT = do_POST = do_GET  # noqa: N815 - the names that the server calls

        def _send(self, code: int, body: object) -> None:
            text = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    return Handler


def _filter(body: dict[str, Any] | None) -> edge.Filter | None:
    return edge.Filter(must=[_condition(condition) for condition in body["must"]]) if body else None


def _condition(body: dict[str, Any]) -> Any:
    if "has_id" in body:
        return edge.HasIdCondition(set(body["has_id"]))
    if match := body.get("match"):
        found = edge.MatchAny(match["any"]) if "any" in match else edge.MatchValue(match["value"])
        return edge.FieldCondition(body["key"], match=found)
    bounds = {name: value for name, value in body["range"].items() if value is not None}
    return edge.FieldCondition(body["key"], range=edge.RangeFloat(**bounds))


def _deletion(body: dict[str, Any]) -> edge.UpdateOperation:
    if "points" in body:
        return edge.UpdateOperation.delete_points(body["points"])
    return edge.UpdateOperation.delete_points_by_filter(_filter(body["filter"]))


def _query(body: dict[str, Any]) -> edge.QueryRequest:
    query = body["query"]
    wanted = edge.Sample.Random if "sample" in query else edge.Query.Nearest(query["nearest"], using=body["using"])
    return edge.QueryRequest(
        limit=body["limit"],
        query=wanted,
        filter=_filter(body.get("filter")),
        with_vector=bool(body.get("with_vector")),
        with_payload=bool(body.get("with_payload")),
    )


def _scored(point: edge.ScoredPoint) -> dict[str, Any]:
    return {"id": str(point.id), "version": 0, "score": point.score, "vector": point.vector, "payload": point.payload}


def _scroll(shard: edge.EdgeShard, body: dict[str, Any]) -> dict[str, Any]:
    records, offset = shard.scroll(
        edge.ScrollRequest(
            offset=body.get("offset"),
            limit=body["limit"],
            filter=_filter(body.get("filter")),
            with_payload=False,
            with_vector=False,
        )
    )
    points = [{"id": str(record.id)} for record in records]
    return {"points": points, "next_page_offset": None if offset is None else str(offset)}
