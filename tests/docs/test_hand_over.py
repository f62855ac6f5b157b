"""What the how-to on handing over shows is what happens."""

import re

import pytest

from sim.cli.analyses.benchmark_data import Settings

PAGE = "docs/how-to/hand-over.md"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of pandas, for how lifelines calls it
def test_the_snippets_run(root, tmp_path, monkeypatch):
    text = (root / PAGE).read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(code) == 5
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile("\n".join(code), PAGE, "exec"), names)
    assert (tmp_path / "logs" / "README.md").exists()
    assert names["cox"].summary.shape[0] >= 3
    assert set(names["trial"]["treatment"]) == {"control", "guarantee"}
    assert len(names["paired"]) == 600
    assert (names["repeated"]["monetary_value"] > 0.0).all()


def test_the_commands_name_settings_that_there_are(root):
    text = (root / PAGE).read_text(encoding="utf-8")
    words = [word for line in re.findall(r"tenure benchmark-data (.*)", text) for word in line.split()]
    own = {word.partition("=")[0] for word in words} - {"scenario", "out", "\\"}
    assert {key for key in own if not key.startswith("mechanisms.")} <= set(Settings.__dataclass_fields__)
