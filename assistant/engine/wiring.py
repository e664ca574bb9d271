"""The engine's parts, built once and handed down."""

from __future__ import annotations

import logging
import os
import secrets
import threading

from assistant import settings_file
from assistant.answer.answerer import AnswerConfig, Answerer
from assistant.engine.connections import Server
from assistant.engine.explaining import Explainer
from assistant.engine.service import Service
from assistant.engine.status import ProblemList, StatusBoard
from assistant.errors import DocentError, OutsideError
from assistant.llm.base import ModelServer
from assistant.llm.discovery import server_from
from assistant.paths import Paths
from assistant.settings import Settings
from indexer.catalog.database import ReaderPool
from indexer.config import ExtractLimits, IndexConfig, RuleConfig
from indexer.errors import CatalogTooNew
from indexer.meaning.client import MeaningClient
from indexer.naming.index import NameIndex
from indexer.pipeline import Pipeline
from indexer.search import Searcher
from indexer.surroundings import Sensors
from indexer.throttle import Surroundings
from indexer.watch.watcher import Watcher

log = logging.getLogger(__name__)

_EXPLAIN_PATIENCE_S = 10.0
"""For the embedding model to be there: without it nothing can be said of meaning."""


class Engine:
    """One running engine. Raises `DocentError` when it cannot be built."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        settings, wrong = settings_file.load(paths.settings_file)
        self.idle_seconds = float(settings.number("engine.idle_seconds"))
        self.rescan_seconds = settings.number("index.rescan_minutes") * 60.0
        self._background = settings.flag("index.background")
        self.stopping = threading.Event()
        problems = ProblemList()
        for problem in wrong:
            problems.add(problem)
        self._rules = rule_config(settings)
        config = index_config(paths, settings)
        names = NameIndex()
        meaning = MeaningClient(config) if settings.flag("meaning.enabled") else None
        try:
            self._watcher = Watcher(problems)
            look = Sensors(paths.index).look if settings.flag("index.polite") else Surroundings
            self._pipeline = Pipeline(
                config, names, meaning, problems, paths.all_folders(), self._rule_config, self._watcher, look
            )
        except CatalogTooNew as error:
            raise OutsideError(error.code, **error.facts) from error
        self._meaning = meaning
        self._readers = ReaderPool(self._pipeline.catalog_file)
        server = _server(settings, problems)
        model = settings.text("llm.model")
        board = StatusBoard(self._pipeline, self._watcher, self._readers, names, meaning, server, model, problems)
        searcher = Searcher(self._readers, names, meaning)
        answerer = Answerer(server, AnswerConfig(model, settings.number("llm.context_tokens")), searcher.nearness)
        token = _new_token(paths)
        explainer = Explainer(self._pipeline, self._readers, lambda query: searcher.search(query, _EXPLAIN_PATIENCE_S))
        service = Service(paths, token, self._pipeline, searcher, answerer, board, explainer, self.stopping.set)
        self._server = Server(paths.engine_address, service.greet, service.handle)

    def _rule_config(self) -> RuleConfig:
        """Read at every look at the folders: a changed rule counts from then on."""
        try:
            return rule_config(settings_file.load(self._paths.settings_file)[0])
        except DocentError:
            log.warning("the rules stay as they were", exc_info=True)
            return self._rules

    def start(self) -> None:
        """Begin to index, to follow changes and to serve."""
        self._pipeline.start()
        self._watcher.start(self._pipeline)
        self._server.start()
        log.info("engine started pid=%d", os.getpid())

    def is_needed(self) -> bool:
        """Somebody is connected, work is under way, or background indexing is on."""
        return self._background or self._server.clients > 0 or self._is_working()

    def _is_working(self) -> bool:
        return self._pipeline.progress.busy and not self._pipeline.pace.waits

    def rescan(self) -> None:
        """Compare all folders with the disk when there is nothing else to do: what no event told is found so."""
        self._pipeline.rescan(quiet=True)

    def stop(self) -> None:
        """End everything; what was not finished is done next time."""
        self._server.close()
        self._pipeline.stop()
        self._watcher.stop()
        if self._meaning:
            self._meaning.close()
        self._readers.close()
        self._paths.engine_key.unlink(missing_ok=True)
        log.info("engine ended pid=%d", os.getpid())


def index_config(paths: Paths, settings: Settings) -> IndexConfig:
    """The index's plain configuration from the settings."""
    threads = settings.number("meaning.threads") or max(1, (os.cpu_count() or 2) - 1)
    return IndexConfig(
        index_dir=paths.index,
        models_dir=paths.models,
        model=settings.text("meaning.model"),
        store_url=settings.text("store.url"),
        extract_workers=settings.number("index.workers"),
        undo_s=settings.number("index.undo_minutes") * 60.0,
        meaning_threads=threads,
        ocr=settings.flag("ocr.enabled"),
        ocr_on_battery=settings.flag("ocr.on_battery"),
        limits=ExtractLimits(
            file_bytes=settings.number("index.max_file_mb") << 20, text_bytes=settings.number("index.max_text_mb") << 20
        ),
    )


def rule_config(settings: Settings) -> RuleConfig:
    """What is to be left out, from the settings."""
    return RuleConfig(
        hidden=settings.flag("index.hidden"),
        gitignore=settings.flag("index.gitignore"),
        patterns=tuple(settings.text("index.ignore").splitlines()),
        home=os.path.expanduser("~"),
    )


def _server(settings: Settings, problems: ProblemList) -> ModelServer | None:
    try:
        return server_from(settings, os.environ)
    except DocentError as error:
        problems.add(error)
        return None


def _new_token(paths: Paths) -> str:
    token = secrets.token_hex(32)
    draft = paths.engine_key.with_suffix(".new")
    with open(draft, "w", encoding="ascii", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(token)
    os.replace(draft, paths.engine_key)
    return token
