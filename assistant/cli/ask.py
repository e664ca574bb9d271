"""`docent ask`: answers with citations."""

from __future__ import annotations

import argparse
from typing import Any

from assistant.cli.context import Commands, Context, typed_text
from assistant.cli.hits import location, place, print_citation
from assistant.cli.safe_text import printable
from assistant.cli.terminal import StreamedText, Terminal
from assistant.client import Event, Stream
from assistant.errors import DocentError, NotFoundError, UsageError
from assistant.protocol import Ask

_FILES_SHOWN = 5
_MODES = {"extractive": "Quoted from your files", "catalogue": "From the list of your files"}


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("ask", parents=[common], help="answer a question from the files, with citations")
    parser.add_argument(
        "question", nargs="+", metavar="QUESTION", help="any language; put -- before it when it begins with a dash"
    )
    parser.add_argument("--model", default="", metavar="M", help="model that answers this question")
    parser.add_argument("--no-llm", action="store_true", help="quote the best passages instead of asking a model")
    parser.add_argument("--chat", default="", metavar="NAME", help="continue, or begin, the conversation of this name")
    parser.add_argument("--json", action="store_true", help="print JSON lines as things happen")
    parser.set_defaults(run=run)


def run(context: Context, args: argparse.Namespace) -> int:
    """Ask one question; exit code 1 when the files do not answer it."""
    question = typed_text(args.question)
    if not question:
        raise UsageError("bad_usage", detail="the question is empty", help="docent ask --help")
    request = Ask(
        question=question, model=args.model, use_model=not args.no_llm, chat=typed_text([args.chat]), now=context.now()
    )
    with context.connect() as client:
        stream = client.stream(request)
        try:
            done = _print_json(context, stream) if args.json else _print_text(context, stream)
        except KeyboardInterrupt:
            stream.cancel()
            raise
    return 0 if done["found"] else 1


def _print_json(context: Context, stream: Stream) -> Event:
    done: Event = {}
    for event in stream:
        done = event
        context.terminal.json({key: value for key, value in event.items() if key != "id"})
    return done


def _print_text(context: Context, stream: Stream) -> Event:
    terminal = context.terminal
    answer = StreamedText(terminal)
    done: Event = {}
    try:
        for event in stream:
            done = event
            if event["event"] == "files":
                _print_files(terminal, event["hits"])
            elif event["event"] == "stage" and event["stage"] == "loading_model":
                terminal.note("The model is being loaded.")
            elif event["event"] == "token":
                answer.add(event["text"])
    except (DocentError, KeyboardInterrupt):
        answer.stop()
        raise
    _print_answer(terminal, answer, done)
    return done


def _print_files(terminal: Terminal, hits: list[dict[str, Any]]) -> None:
    for hit in hits[:_FILES_SHOWN]:
        where = place(hit.get("anchor"))
        name = terminal.bold(hit["name"]) + (f" · {printable(where)}" if where else "")
        terminal.styled(f"  {name} · {terminal.dim(location(hit))}")
    if hits:
        terminal.styled("")


def _print_answer(terminal: Terminal, answer: StreamedText, done: Event) -> None:
    if not done["answer"]:
        answer.stop()
        raise NotFoundError("not_answered")
    answer.finish(done["answer"])
    if done["citations"]:
        terminal.styled("")
    for citation in done["citations"]:
        print_citation(terminal, citation)
    if done["found"]:
        terminal.note(_origin(done))
    if done.get("error"):
        terminal.note(f"{done['error']['message']} {done['error']['hint']}")


def _origin(done: Event) -> str:
    seconds = f"{done['took_ms'] / 1000:.1f} s"
    if done["mode"] == "llm":
        return f"{done['model']} on {done['server']}, {seconds}"
    return f"{_MODES.get(done['mode'], done['mode'])}, {seconds}"
