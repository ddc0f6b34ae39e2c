from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from training.engines.conversation import Exchange, answer, offered, replay, words
from training.engines.moduleshape import BadContent
from training.engines.practicefile import Practice, read_practice
from training.engines.reachable import some_talks, walk


class Command(BaseCommand):
    help = "Play a practice talk in the terminal, or print whole talks to read aloud. Nothing is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("practice", help="Its name: the file under content/practices without .yaml.")
        parser.add_argument("--transcript", action="store_true", help="Print a talk to each ending instead.")

    def handle(self, *args: Any, **options: Any) -> None:
        practice = self._read(options["practice"])
        self.stdout.write(f"{practice.head.title}\n\n{practice.head.scene}\n{practice.head.note}\n")
        if options["transcript"]:
            for path in some_talks(walk(practice.talk)):
                self.stdout.write(f"\n---------------- {' '.join(path)}\n")
                self.stdout.writelines(f"{text}\n" for text in transcript(practice, path))
        else:
            self._play(practice)

    def _read(self, name: str) -> Practice:
        file = settings.CONTENT_DIR / "practices" / f"{name}.yaml"
        if not file.is_file():
            known = ", ".join(sorted(path.stem for path in file.parent.glob("*.yaml")))
            raise CommandError(f"There is no practice “{name}”. There are: {known}.")
        try:
            return read_practice(file)
        except BadContent as bad:
            raise CommandError(str(bad)) from None

    def _play(self, practice: Practice) -> None:
        talk, state = practice.talk, practice.talk.beginning
        while state.at in talk.nodes:
            self.stdout.write(f"\n{practice.head.them}: {words(talk.nodes[state.at].says, state.memory)}\n")
            lines = {line.letter: line for line in offered(talk, state)}
            self.stdout.writelines(f"  {letter}  {line.text}\n" for letter, line in lines.items())
            chosen = ""
            while chosen not in lines:
                try:
                    chosen = input("> ").strip().lower()
                except EOFError:
                    return
            self.stdout.write(f"  {lines[chosen].feedback}")
            state = answer(talk, state, lines[chosen])
        ending = talk.endings[state.at]
        self.stdout.write(f"\n{ending.title}\n{words(ending.says, state.memory)}")


def transcript(practice: Practice, path: str) -> Iterator[str]:
    """A talk as a script: who says what."""
    exchanges: list[Exchange] = replay(practice.talk, path)
    for exchange in exchanges:
        if exchange.line:
            yield f"{practice.head.them}: {exchange.said}\nYou: {exchange.line.text}"
    last = exchanges[-1]
    yield f"[{practice.talk.endings[last.state.at].title}] {last.said}"
