"""
How an invariant is written down: as a small function which says what it has found.

    @whenever("I8", CalledBack)
    def no_false_refusal(callback: CalledBack, view: View) -> Iterator[str]: ...

The function's docstring is the invariant's statement.

Those that hold after every step are asked about each entry of a kind as it happens, or about the
whole once a request has written everything it writes. The others are asked when nothing is left.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from inspect import getdoc
from typing import Any, Final

from tests.simulator.checks.view import Commit, View, commit_of
from tests.simulator.decisions import HARMLESS, Source
from tests.simulator.logs import Entry, Wrote
from tests.simulator.play import Sight, Violation

# What a violation's message begins with where it was found when nothing was left to do.
IN_THE_END: Final = "in the end: "

type Judge[E: Entry] = Callable[[E, View], Iterator[str]]
type Settle = Callable[[View], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check of one invariant."""

    invariant: str
    name: str
    says: str
    judge: Callable[..., Iterator[str]]
    # Which entry it is asked about; `Commit` is all of a request's, and nothing is the end.
    sees: type[Entry] | None = None
    is_of_commits: bool = False
    # Whether it is only promised where somebody looks for what got lost.
    needs_sweep: bool = False


RULES: Final[list[Rule]] = []


def whenever[E: Entry](invariant: str, *kinds: type[E]) -> Callable[[Judge[E]], Judge[E]]:
    """Have a function asked about every entry of a kind."""

    def note(judge: Judge[E]) -> Judge[E]:
        for kind in kinds:
            RULES.append(Rule(invariant, *_named(judge), judge, kind))
        return judge

    return note


def after_each_commit(invariant: str) -> Callable[[Settle], Settle]:
    """Have a function asked whenever a request has written everything it writes."""

    def note(judge: Settle) -> Settle:
        RULES.append(Rule(invariant, *_named(judge), judge, is_of_commits=True))
        return judge

    return note


def in_the_end(invariant: str, *, needs_sweep: bool = False) -> Callable[[Settle], Settle]:
    """
    Have a function asked when faults are over and nothing is left to do.

    What needs the sweep is promised of a deployment without one only as long as nothing goes wrong.
    """

    def note(judge: Settle) -> Settle:
        RULES.append(Rule(invariant, *_named(judge), judge, needs_sweep=needs_sweep))
        return judge

    return note


def _named(judge: Callable[..., Any]) -> tuple[str, str]:
    return judge.__name__, (getdoc(judge) or "").split("\n\n", maxsplit=1)[0].replace("\n", " ")


class Guard:
    """All checks of one history, and what they know of it."""

    def __init__(self, rules: Iterable[Rule], source: Source | None = None) -> None:
        """Judge by some rules what happens by somebody's decisions, if anybody decides."""
        self.view = View()
        self._source = source
        self._seeing: dict[type[Entry], list[Rule]] = {}
        self._of_commits = [rule for rule in rules if rule.is_of_commits]
        self._in_the_end = [rule for rule in rules if not rule.sees and not rule.is_of_commits]
        for rule in rules:
            if rule.sees:
                self._seeing.setdefault(rule.sees, []).append(rule)
        self._open: Commit | None = None

    def see(self, entry: Entry, sight: Sight) -> Iterator[Violation]:
        """Judge what has just happened, and before it what has been written altogether."""
        commit = commit_of(entry) if isinstance(entry, Wrote) else None
        if self._open and commit != self._open:
            yield from self._settle(sight)
        self._open = commit
        self.view.take(entry, sight)
        for rule in self._seeing.get(type(entry), ()):
            for found in rule.judge(entry, self.view):
                yield _violation(rule, found, entry)

    def finish(self, sight: Sight) -> Iterator[Violation]:
        """Judge what is left."""
        self.view.sight = sight
        if self._open:
            yield from self._settle(sight)
        decisions = self.view.decisions = self._source.decisions if self._source else ()
        is_helpless = sight.scenario.strict and any(one.kind not in HARMLESS for one in decisions)
        for rule in self._in_the_end:
            if rule.needs_sweep and is_helpless:
                continue
            for found in rule.judge(self.view):
                yield Violation(rule.invariant, sight.now, f"{IN_THE_END}{rule.name}: {found}")

    def _settle(self, sight: Sight) -> Iterator[Violation]:
        self._open = None
        for rule in self._of_commits:
            for found in rule.judge(self.view):
                yield Violation(rule.invariant, sight.now, f"{rule.name}: {found}")


def _violation(rule: Rule, found: str, entry: Entry) -> Violation:
    wrote = entry if isinstance(entry, Wrote) else None
    before, after = (wrote.before, wrote.after) if wrote else (None, None)
    return Violation(rule.invariant, entry.at, f"{rule.name}: {found}", before, after)
