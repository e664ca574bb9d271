"""The engine's process: `python -m assistant.engine`. Everything is built and wired here."""

from __future__ import annotations

import logging
import os
import sys

from assistant import log
from assistant.engine.lifetime import EngineLock, run_until_idle
from assistant.engine.wiring import Engine
from assistant.errors import DocentError
from assistant.paths import Paths, private


def main() -> int:
    """Run the one engine of this home; 0 also when another one runs already."""
    os.umask(0o077)
    paths = Paths.from_environment()
    for folder in paths.all_folders():
        private(folder)
    with EngineLock(paths.engine_lock) as lock:
        if not lock.held:
            return 0
        log.to_file(paths.engine_log, debug=bool(os.environ.get("DOCENT_DEBUG")))
        try:
            engine = Engine(paths)
        except DocentError as error:
            logging.getLogger(__name__).error("cannot start: %s", error.to_json()["message"])
            print(error.to_json()["message"], file=sys.stderr)  # noqa: T201 - the starter's log shows it
            return error.exit_code
        run_until_idle(engine)
    return 0


if __name__ == "__main__":
    sys.exit(main())
