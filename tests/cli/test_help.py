"""What `--help` says of a command: each of its settings, with its default and what is valid."""

import importlib

import pytest

from sim.cli import main
from sim.cli.analyses import ANALYSES
from sim.cli.analyses.frame import analysis
from sim.cli.help import NEEDED, OWN, command_usage
from sim.world.parameter import registry


def module_of(name):
    return importlib.import_module(OWN[name][0]) if name in OWN else analysis(name)


@pytest.mark.parametrize("name", [*OWN, *ANALYSES])
def test_every_setting_of_a_command_is_told_once(name, capsys):
    assert main([name, "--help"]) == 0
    told = capsys.readouterr().out
    first = [line.split()[0] for line in told.splitlines() if line]
    for key, entry in registry(module_of(name).Settings):
        assert first.count(key) == 1
        assert entry.meaning in told
    assert told.startswith(f"tenure {name}: ")


def test_what_has_to_be_given_is_marked():
    rows = {line.split()[0]: line for line in command_usage("pilot").splitlines() if line}
    assert NEEDED in rows["strategy"]
    assert NEEDED not in rows["metric"]


def test_other_words_get_the_help_of_the_program(capsys):
    assert main(["levers", "--help"]) == 0
    assert "usage: tenure" in capsys.readouterr().out
