"""`tenure app`: mistakes get a line before anything is started."""

import socket
import sys

import pytest

from sim.cli import main


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["scenario=curier"], "scenario: unknown scenario 'curier'; did you mean 'courier'?"),
        (["lang=de"], "lang: unknown language 'de'; known: en, ru"),
        (["prot=8080"], "prot: unknown key of tenure app; did you mean 'port'?"),
        (
            ["port=http"],
            "port: expected a whole number, got 'http'; valid: 1 to 65535 port (where the app listens)",
        ),
        (["port=0"], "port: 0 is outside its range; valid: 1 to 65535 port"),
        (["host=example.org"], "host: 'example.org' is not a choice; choices: 127.0.0.1, 0.0.0.0"),
        (["show=maybe"], "show: expected true or false, got 'maybe'; whether to open a browser"),
        (["port=1", "port=2"], "port: is given twice; give it once"),
        (["courier"], "courier: is no setting; settings are key=value, for example scenario=courier"),
    ],
)
def test_mistakes(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["app", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"tenure: {told}")
    assert error.count("\n") == 1


def test_a_port_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["app", f"port={port}", "show=false"]) == 2
    error = capsys.readouterr().err
    assert error == f"tenure: port: {port}: address already in use; for example port={port + 1}\n"


@pytest.mark.parametrize(("arguments", "host"), [([], "127.0.0.1"), (["host=0.0.0.0"], "0.0.0.0")])
def test_it_says_whether_the_room_may_come_in(
    arguments: list[str], host: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sim.app.page import server

    served: list[str] = []
    monkeypatch.setattr(server, "serve", lambda start, folders, at, *others: served.append(at))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert main(["app", f"port={port}", "show=false", *arguments]) == 0
    assert served == [host]
    told = capsys.readouterr().out
    assert ("open to everybody in this network" in told) == (host == "0.0.0.0")
    assert f":{port}" in told


@pytest.mark.parametrize(("module", "library"), [("nicegui", "NiceGUI"), ("segno", "segno")])
def test_without_the_extra(
    module: str, library: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    assert main(["app"]) == 2
    told = f"tenure: app: needs {library}, which is not installed; pip install 'tenure[app]'\n"
    assert capsys.readouterr().err == told


def test_a_mistyped_command_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ap"]) == 2
    assert "did you mean 'app'?" in capsys.readouterr().err
