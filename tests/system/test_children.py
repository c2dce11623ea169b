"""However a program of ours ends, the processes it started end too."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.children import ChildDiedError, Children
from local.places import ROOT
from tests.system.processes import alive, soon

FOREVER = "import time; time.sleep(1000)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {FOREVER}"
# Starts another one, tells its number, and stays.
PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {FOREVER!r}])
print(child.pid, flush=True)
child.wait()
"""
# As `make run` does, in a process of its own.
OWNER = f"""
import os, sys
from pathlib import Path
from local.children import Children
with Children(Path(sys.argv[1])) as children:
    child = children.start("child", [sys.executable, "-c", {FOREVER!r}], env=dict(os.environ))
    print(child.process.pid, flush=True)
    child.wait()
"""


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_children_and_their_children_end_with_the_block(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        parent = children.start("parent", python(PARENT), env=dict(os.environ))
        assert soon(lambda: parent.log.read_text().strip())
        grandchild = int(parent.log.read_text())
        assert alive(parent.process.pid)
        assert alive(grandchild)

    assert not alive(parent.process.pid)
    assert soon(lambda: not alive(grandchild))


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    with Children(tmp_path, patience_s=0.2) as children:
        deaf = children.start("deaf", python(f"print(1, flush=True); {DEAF}"), env={})
        assert soon(deaf.log.read_text)
        time.sleep(0.1)

    assert deaf.process.returncode == -signal.SIGKILL


def test_children_end_when_their_owner_fails(tmp_path: Path) -> None:
    started = []

    def start_and_fail() -> None:
        with Children(tmp_path) as children:
            started.append(children.start("child", python(FOREVER), env={}))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        start_and_fail()

    assert not alive(started[0].process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_children_end_when_their_owner_is_killed(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [*python(OWNER), str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    with owner, owner.stdout:
        child = int(owner.stdout.readline())
        assert alive(child)

        owner.kill()

    assert soon(lambda: not alive(child))


def test_a_child_that_died_is_reported_with_its_last_words(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child = children.start("poor", python("raise SystemExit('no more strings')"), env={})
        child.process.wait()

        with pytest.raises(ChildDiedError, match=r"(?s)poor ended with status 1.*no more strings"):
            children.check()


def test_a_program_that_succeeds_is_no_longer_watched(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        children.run("short", python("pass"), env={})

        children.check()
