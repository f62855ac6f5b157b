"""A randomised test of a message is read: arms told apart, nothing left out in silence."""

import pytest

from sim.calibration.records.experiment import DAYS, Arm, read_experiment
from sim.calibration.records.options import Options
from sim.world.errors import ConfigurationError

TEST = "customer,segment,conversion,spend\n" + "\n".join(
    f"{number},{arm},{int(number % 10 == 1)},{3.5 * (number % 10 == 1)}"
    for number, arm in enumerate(["No E-Mail", "Womens E-Mail"] * 20)
)


def test_arms_are_guessed_and_told(written):
    found = read_experiment(written(TEST), Options())
    assert (found.control, found.contacted) == (Arm(20, 0), Arm(20, 4))
    assert found.days == DAYS
    assert found.table.data["amount"].sum() == 14.0
    assert found.table.notes == (
        "control = No E-Mail, contacted = Womens E-Mail",
        "customers were watched for 14 days; days=… says otherwise",
    )
    turned = read_experiment(written(TEST), Options(control="Womens E-Mail", contacted="No E-Mail", days=7))
    assert (turned.control.ordered, turned.contacted.ordered, turned.days) == (4, 0, 7.0)


def test_other_arms_and_unknown_answers_are_counted(written):
    text = TEST + "\n40,Mens E-Mail,1,2\n41,No E-Mail,,\n42,,1,1\n"
    found = read_experiment(written(text), Options(contacted="Womens E-Mail"))
    assert [(item.reason, item.rows) for item in found.table.left_out] == [
        ("'segment' is empty", (44,)),
        ("'conversion' is empty", (43,)),
        ("another arm of the test", (42,)),
    ]
    assert (found.control.customers, found.contacted.customers) == (20, 20)


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (TEST + "\n40,Mens E-Mail,1,2", {}, "contacted: which arm was contacted cannot be told; contacted=…"),
        (
            TEST.replace("No E-Mail", "A"),
            {},
            "control: which arm was left alone cannot be told; control=… of A",
        ),
        (TEST, {"control": "No"}, "control: there is no arm 'No'"),
        (TEST, {"contacted": "No E-Mail"}, "contacted: 'No E-Mail' is the control"),
        (TEST, {"days": 0.5}, "days: 0.5 is outside its range; valid: 1 to 365 days"),
        (TEST.replace("conversion", "x"), {}, "columns.ordered: .* has no column that looks like it"),
    ],
)
def test_what_cannot_be_told_is_said(written, text, options, message):
    with pytest.raises(ConfigurationError, match=message):
        read_experiment(written(text), Options(**options))
