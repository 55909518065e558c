"""Shows that every scope filter is held by a test: takes each away in turn and runs the scope and access tests.

    python -m tests.prove_scopes [--list]

Prints what was taken away, which test noticed, and the share noticed; the exit code is 1 when anything went unnoticed.
Nothing on disk changes: each run of the tests lives in a process of its own, with the one method exchanged in memory.
"""

import argparse
import ast
import copy
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TESTS = ("tests/test_scope.py", "tests/test_access.py")
NARROWING = ("filter", "exclude", "within")


@dataclass(frozen=True)
class Mutant:
    """One `visible_to` with one narrowing taken away."""

    module: str
    queryset: str
    line: int
    what: str
    method: ast.FunctionDef

    def apply(self) -> None:
        module = importlib.import_module(self.module)
        made = {}
        tree = ast.fix_missing_locations(ast.Module([self.method], type_ignores=[]))
        exec(compile(tree, f"<{self.what}>", "exec"), vars(module), made)  # noqa: S102  our own source, mutated
        getattr(module, self.queryset).visible_to = made["visible_to"]


def mutants() -> Iterator[Mutant]:
    for path in sorted(ROOT.glob("*/querysets.py")):
        module = f"{path.parent.name}.querysets"
        for queryset in ast.walk(ast.parse(path.read_text())):
            if not isinstance(queryset, ast.ClassDef):
                continue
            for method in queryset.body:
                if isinstance(method, ast.FunctionDef) and method.name == "visible_to":
                    for line, what, changed in weakened(method):
                        yield Mutant(module, queryset.name, line, what, changed)


def weakened(method: ast.FunctionDef) -> Iterator[tuple[int, str, ast.FunctionDef]]:
    """The method once for each thing that narrows it: a filter, a part of a filter, the last none(), a guard."""
    for position, node in enumerate(ast.walk(method)):
        match node:
            case ast.Return(value=ast.Call(func=ast.Attribute(attr="none"))):
                yield changed(method, position, "none()", show_everything)
            case ast.Call(func=ast.Attribute(attr=name)) if name in NARROWING:
                yield changed(method, position, f"{name}({inside(node)})", drop_call)
        match node:
            case ast.Call(keywords=[_, _, *_]):
                for index, keyword in enumerate(node.keywords):
                    yield changed(method, position, ast.unparse(keyword), lambda call, at=index: drop_part(call, at))
            case ast.match_case(guard=ast.expr()):
                yield changed(method, position, f"if {ast.unparse(node.guard)}", drop_guard)


def changed(method, position, what, change) -> tuple[int, str, ast.FunctionDef]:
    fresh = copy.deepcopy(method)
    node = list(ast.walk(fresh))[position]
    line = getattr(node, "lineno", None) or node.pattern.lineno
    change(node)
    return line, what, fresh


def inside(call: ast.Call) -> str:
    return ", ".join(ast.unparse(part) for part in [*call.args, *call.keywords])


def show_everything(node: ast.Return) -> None:
    node.value = node.value.func.value


def drop_call(node: ast.Call) -> None:
    """self.filter(...) becomes self.all()."""
    node.func.attr, node.args, node.keywords = "all", [], []


def drop_part(node: ast.Call, index: int) -> None:
    del node.keywords[index]


def drop_guard(node: ast.match_case) -> None:
    node.guard = None


class Weakening:
    """A pytest plugin: the tests run against the mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def pytest_collection_finish(self, session) -> None:
        self.mutant.apply()


def run_one(number: int) -> int:
    """In the child process. The profile spares the search for a shorter example."""
    arguments = ["-q", "-x", "-rf", "--tb=no", "--reuse-db", "--hypothesis-profile=proof"]
    arguments += ["-p", "no:randomly", "-p", "no:cacheprovider"]
    return pytest.main([*TESTS, *arguments], plugins=[Weakening(list(mutants())[number])])


def noticed_by(number: int) -> str:
    """The test that fails without the filter; "" when none does."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.prove_scopes", "--run", str(number)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
    )
    failed = re.search(r"^FAILED (\S+)", answer.stdout, re.MULTILINE)
    if failed:
        return failed[1]
    if answer.returncode == pytest.ExitCode.OK:
        return ""
    sys.exit(f"The tests did not run:\n{answer.stdout}{answer.stderr}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--list", action="store_true", help="only name what would be taken away")
    parser.add_argument("--run", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run is not None:
        return run_one(asked.run)
    noticed = 0
    every = list(mutants())
    for number, mutant in enumerate(every):
        place = f"{mutant.module}:{mutant.line} {mutant.queryset} without {mutant.what}"
        if asked.list:
            sys.stdout.write(f"{place}\n")
            continue
        test = noticed_by(number)
        noticed += bool(test)
        sys.stdout.write(f"{place}: {test or 'NOT NOTICED'}\n")
        sys.stdout.flush()
    if asked.list:
        return 0
    sys.stdout.write(f"{noticed} of {len(every)} noticed ({noticed / len(every):.0%}).\n")
    return 0 if noticed == len(every) else 1


if __name__ == "__main__":
    sys.exit(main())
