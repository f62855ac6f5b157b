"""What happens per tick, summed over some."""

import numpy as np

from sim.engine.kpis import moving_sum


def test_moving_sums() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0])
    assert moving_sum(values, 2).tolist() == [1.0, 3.0, 5.0, 7.0]
    assert moving_sum(values, 9).tolist() == [1.0, 3.0, 6.0, 10.0]


def test_replications_are_summed_each_by_itself() -> None:
    values = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    assert moving_sum(values, 2).tolist() == [[1.0, 3.0, 5.0], [10.0, 30.0, 50.0]]
    assert values.tolist() == [[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]
