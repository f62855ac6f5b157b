"""An edited rule is never served from a stale compiled cache."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import json
import sim
from sim.engine.kernels import live_together
scenario = sim.load_scenario("courier").replace({"customers.count": 40, "time.horizon": 0.3})
strategy = sim.load_strategies(["baseline"], scenario)[0]
compiled = sim.simulate(scenario, strategy, 1)
plain = sim.simulate(scenario, strategy, 1, "mesa")
hits = sum(live_together.stats.cache_hits.values())
print(json.dumps({
    "satisfaction": compiled.population["satisfaction"].sum(),
    "equal": compiled.population.tobytes() == plain.population.tobytes(),
    "hits": hits,
}))
"""


def _run(folder, cache):
    environment = {**os.environ, "PYTHONPATH": str(folder), "TENURE_CACHE": str(cache)}
    environment.pop("PYTHONPYCACHEPREFIX", None)
    done = subprocess.run(
        [sys.executable, "-B", "-c", PROGRAM],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return json.loads(done.stdout)


def test_an_edited_rule_is_compiled_anew_and_an_unedited_one_is_not(tmp_path):
    folder, cache = tmp_path / "copy", tmp_path / "cache"
    for part in ("sim", "scenarios", "conf"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)

    first = _run(folder, cache)
    again = _run(folder, cache)
    assert first["hits"] == 0
    assert again["hits"] == 1
    assert again["satisfaction"] == first["satisfaction"]

    rule = folder / "sim" / "behaviour" / "memory.py"
    text = rule.read_text(encoding="utf-8")
    edited = text.replace("weight = min(world.memory_rate *", "weight = min(0.5 * world.memory_rate *")
    assert edited != text
    stamp = rule.stat()
    rule.write_text(edited, encoding="utf-8")
    os.utime(rule, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # not even the time of the file tells

    after = _run(folder, cache)
    assert after["hits"] == 0
    assert after["satisfaction"] != first["satisfaction"]
    assert first["equal"]
    assert after["equal"]
