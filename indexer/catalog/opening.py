"""Opens the catalogue for its writer, whatever became of it."""

from __future__ import annotations

import logging
from pathlib import Path

from indexer.catalog.database import is_sound, put_aside
from indexer.catalog.writer import CatalogWriter
from indexer.errors import CatalogCorrupt
from indexer.report import Reporter

log = logging.getLogger(__name__)


def open_catalog(path: Path, reporter: Reporter) -> CatalogWriter:
    """The catalogue; an empty one when it turned out to be damaged, which is kept aside and told."""
    try:
        catalog = CatalogWriter(path)
        if catalog.meta("clean") == "0" and not is_sound(catalog.db):
            catalog.db.close()
            raise CatalogCorrupt(path=str(path))
    except CatalogCorrupt as error:
        log.warning("catalogue damaged: %s", error)
        return begin_anew(path, reporter)
    catalog.set_meta("clean", "0")
    return catalog


def begin_anew(path: Path, reporter: Reporter) -> CatalogWriter:
    """Put a damaged catalogue aside, tell so, and return an empty one."""
    aside = put_aside(path)
    log.warning("damaged catalogue kept as %s", aside)
    reporter.problem(CatalogCorrupt.code, {"path": str(aside)})
    catalog = CatalogWriter(path)
    catalog.set_meta("clean", "0")
    return catalog
