"""Tables as people write them, and what is wrong with some: told by row and reason."""

import gzip

import numpy as np
import pandas as pd
import pytest

from sim.calibration.records import reader as reader_module
from sim.calibration.records.columns import plain
from sim.calibration.records.form import form_of
from sim.calibration.records.names import plain_names, safe_text
from sim.calibration.records.options import Options
from sim.calibration.records.orders import day_of, read_orders
from sim.world.errors import ConfigurationError

PEOPLE = range(12)


def log(sep=",", date="2024-{month:02d}-{day:02d}", amount="{:.2f}", head="customer,date,amount"):
    """Return a log of two orders for each of twelve customers."""
    rows = [head.replace(",", sep)]
    for person in PEOPLE:
        for month in (1, 3):
            cells = (f"c{person}", date.format(month=month, day=13 + person), amount.format(1234.5 + person))
            rows.append(sep.join(cells))
    return "\n".join(rows) + "\n"


def expected(orders):
    """Check what every spelling of `log` has to give."""
    people = orders.customers
    assert len(people) == 12
    assert (people["frequency"] == 1.0).all()
    assert (people["recency"] == 60.0).all()  # 13 January to 13 March of a leap year
    assert sorted(people["amount"]) == pytest.approx([1234.5 + person for person in PEOPLE])
    assert orders.table.left_out == ()


SPELLINGS = {
    "plain": (log(), "utf-8", "data.csv"),
    "with a mark": ("\ufeff" + log(), "utf-8", "data.csv"),
    "russian": (
        log(";", "{day:02d}.{month:02d}.2024", "{:.2f}", "Клиент,Дата заказа,Сумма").replace(".50", ",50"),
        "cp1251",
        "data.csv",
    ),
    "thousands": (
        log(";", amount="{:,.2f} €").replace(",", "\u00a0").replace(".50", ",50"),
        "utf-8",
        "data.csv",
    ),
    "english thousands": (
        log("\t", amount="{:,.2f}", head="Customer ID,Order date,Total"),
        "utf-8",
        "data.tsv",
    ),
    "slashes, day first": (log(date="{day:02d}/{month:02d}/2024"), "utf-8", "data.csv"),
    "slashes, month first": (log(date="{month:02d}/{day:02d}/2024"), "utf-8", "data.csv"),
    "two digits": (log(date="{day:02d}.{month:02d}.24"), "utf-8", "data.csv"),
    "packed date": (log(date="2024{month:02d}{day:02d}"), "utf-8", "data.csv"),
    "with times": (log(date="2024-{month:02d}-{day:02d} 10:30:00"), "utf-8", "data.csv"),
    "with zones": (log(date="2024-{month:02d}-{day:02d}T10:30:00.123Z"), "utf-8", "data.csv"),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_the_same_log_in_many_spellings(written, name):
    text, encoding, file = SPELLINGS[name]
    expected(read_orders(written(text, file, encoding), Options()))


def test_a_packed_file_and_parquet(tmp_path, written):
    packed = tmp_path / "log.csv.gz"
    packed.write_bytes(gzip.compress(log().encode()))
    expected(read_orders(packed, Options()))
    frame = pd.read_csv(written(log()), parse_dates=["date"])
    frame.to_parquet(tmp_path / "log.parquet")
    expected(read_orders(tmp_path / "log.parquet", Options()))
    frame.assign(customer=frame["customer"].astype("category")).to_parquet(tmp_path / "coded.parquet")
    expected(read_orders(tmp_path / "coded.parquet", Options()))


def test_a_file_read_in_many_blocks_is_the_same(written, monkeypatch):
    path = written(log())
    whole = read_orders(path, Options())
    monkeypatch.setattr(reader_module, "BLOCK", 64)
    parted = read_orders(path, Options())
    pd.testing.assert_frame_equal(whole.customers, parted.customers)
    assert (whole.table.rows == parted.table.rows).all()


def test_columns_are_guessed_shown_and_mapped(written):
    path = written(log(head="who,when,paid"))
    with pytest.raises(ConfigurationError, match=r"columns\.customer: .*name it: columns\.customer=… of who"):
        read_orders(path, Options())
    chosen = {"customer": "who", "date": "when", "amount": "paid"}
    orders = read_orders(path, Options(columns=chosen))
    expected(orders)
    assert "guessed" not in orders.table.mapped.told()
    assert (
        "customer = customer (guessed)"
        in read_orders(written(log(), "other.csv"), Options()).table.mapped.told()
    )
    with pytest.raises(
        ConfigurationError, match=r"columns\.date: .* has no column 'whn'; did you mean 'when'"
    ):
        read_orders(path, Options(columns={**chosen, "date": "whn"}))
    with pytest.raises(ConfigurationError, match=r"columns\.customr: .*did you mean 'customer'"):
        read_orders(path, Options(columns={"customr": "who"}))


def test_currency_behind_a_name_is_no_part_of_it_and_what_is_not_read_is_said(written):
    text = log().replace("customer,date,amount", 'Клиент,Дата,"Сумма, руб."', 1)
    lines = [line + (",Город" if number == 0 else ",Тверь") for number, line in enumerate(text.splitlines())]
    orders = read_orders(written("\n".join(lines) + "\n"), Options())
    expected(orders)
    told = orders.table.mapped.told()
    assert "amount = Сумма, руб. (guessed)" in told
    assert told.endswith("; not read: Город")


def test_day_and_month_that_cannot_be_told_apart_are_asked_for(written):
    text = log(date="{month:02d}/{day:02d}/2024")
    for day in range(13, 25):
        text = text.replace(f"/{day}/", f"/{day - 12:02d}/")
    path = written(text)
    with pytest.raises(ConfigurationError, match=r"dates: column 'date' does not tell .*dates=day_first"):
        read_orders(path, Options())
    one, other = (read_orders(path, Options(dates=form)) for form in ("day_first", "month_first"))
    assert one.customers["recency"].iloc[0] == 2.0
    assert other.customers["recency"].iloc[0] == 60.0
    mixed = written(log(date="{day:02d}/{month:02d}/2024") + "c1,03/28/2024,5\n", "mixed.csv")
    with pytest.raises(ConfigurationError, match="dates of both orders"):
        read_orders(mixed, Options())


def told(orders):
    return "\n".join(orders.table.told())


BAD_ROWS = {
    "c1,2024-02-30,5": ("'date' is no date", 26),
    "c1,,5": ("'date' is empty", 26),
    ",2024-02-03,5": ("'customer' is empty", 26),
    "c1,soon,5": ("'date' is no date", 26),
    "c1,2999-01-01,5": ("in the future", 26),
    "c1,2024-02-03,-5": ("negative amount: a refund", 26),
    "c1,2024-01-14,1235.50": ("repeats an earlier row", 26),
    "c1,2024-02-03,5,6": ("another number of columns", 26),
}


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_row_that_is_left_out_is_counted_with_its_number_and_reason(written, row):
    reason, number = BAD_ROWS[row]
    orders = read_orders(written(log() + row + "\nc2,2024-02-04,7\n"), Options())
    (item,) = orders.table.left_out
    assert reason in item.reason
    assert (item.count, item.rows, item.whole) == (1, (number,), True)
    assert f"1 row left out: {item.reason} (row {number})" in told(orders)
    assert orders.table.read == 26
    assert len(orders.table.rows) == 25
    assert orders.table.rows[-1] == 27  # rows after it keep their numbers


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("c1,2024-02-03,dear", "'amount' is no number"),
        ("c1,2024-02-03,0", "0 says"),
        ('c1,2024-02-03,"1,23,456"', "'amount' is no number"),
    ],
)
def test_a_value_that_is_not_used_leaves_its_order(written, row, reason):
    orders = read_orders(written(log() + row + "\n"), Options())
    (item,) = orders.table.left_out
    assert reason in item.reason
    assert not item.whole
    assert orders.customers["frequency"].sum() == 13.0


def test_a_comma_among_points_is_no_thousand(written):
    orders = read_orders(written(log() + 'c1,2024-02-03,"12,5"\n'), Options())
    assert orders.table.left_out == ()
    amounts = orders.table.data["amount"]
    assert sorted(amounts)[0] == 12.5
    assert sorted(amounts)[1] == 1234.5


def test_a_comma_that_comes_late_in_the_file_does_not_make_numbers_greater(written, monkeypatch):
    monkeypatch.setattr(reader_module, "BLOCK", 256)
    text = log(";", amount="{:.0f}").replace(".50", "") + "c1;2024-02-03;12,5\n"
    orders = read_orders(written(text), Options())
    (item,) = orders.table.left_out
    assert (item.reason, item.rows) == ("'amount' is no number", (26,))
    assert np.nanmax(orders.table.data["amount"]) < 2000.0
    known = read_orders(written(text), Options(decimal="comma"))
    assert known.table.left_out == ()
    assert np.nanmin(known.table.data["amount"]) == 12.5


@pytest.mark.parametrize("name", ["compensation", "reward"])
def test_a_negative_sum_is_counted(written, name):
    text = log(head="customer,date,amount").replace("\n", ",\n").replace("amount,", f"amount,{name}")
    orders = read_orders(written(text + "c1,2024-02-03,5,-4\n"), Options())
    (item,) = orders.table.left_out
    assert (item.reason, item.rows, item.whole) == ("a negative sum", (26,), False)


def test_a_customer_stands_once_in_a_summary(written):
    rows = "".join(f"c{number},1,2,10\n" for number in range(12))
    orders = read_orders(written("customer,frequency,recency,T\n" + rows + "c3,2,3,10\n"), Options())
    (item,) = orders.table.left_out
    assert (item.reason, item.rows) == ("the customer stands in an earlier row", (14,))
    assert orders.customers["key"].nunique() == 12


def test_the_observation_is_what_was_said(written):
    path = written(log())
    orders = read_orders(path, Options(start="2024-01-15", end="2024-03-01"))
    reasons = {item.reason: item.count for item in orders.table.left_out}
    assert reasons == {
        "after the end of the observation, 2024-03-01": 12,
        "before the start of the observation, 2024-01-15": 2,
    }
    assert orders.end == day_of("2024-03-01", "end")
    with pytest.raises(ConfigurationError, match="'soon' is no date"):
        read_orders(path, Options(end="soon"))


def test_orders_of_a_day_are_one_unless_asked(written):
    text = log(date="2024-{month:02d}-{day:02d} 10:30") + "c1,2024-01-14 18:00,7\n"
    by_day = read_orders(written(text), Options())
    assert by_day.customers["frequency"].sum() == 12.0
    assert "on a day on which their customer has ordered already: 1; a day counts as one order" in told(
        by_day
    )
    assert read_orders(written(text), Options(occasion="moment")).customers["frequency"].sum() == 13.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("customer,date,amount\n", "has no rows"),
        ("customer\nc1\n", "has a single column"),
        ("customer,date,date\nc1,2024-01-01,1\n", "has two columns 'date'"),
        (
            "customer,date\nc1,2024-01-01\nc1,2024-02-01\n",
            "holds 1 customer; nothing can be said of fewer than 10",
        ),
        ("customer,date\nc1,never\n", "no row can be used: 1 row left out: 'date' is no date"),
        ("PK\x03\x04,b\n", "is a workbook or an archive"),
    ],
)
def test_a_file_of_which_nothing_can_be_made(written, text, message):
    with pytest.raises(ConfigurationError, match=message):
        read_orders(written(text), Options())


def test_a_file_that_is_not_there_or_too_long(tmp_path, written, monkeypatch):
    with pytest.raises(ConfigurationError, match="there is no such file"):
        form_of(tmp_path / "no.csv")
    monkeypatch.setattr(reader_module, "MOST_ROWS", 20)
    with pytest.raises(ConfigurationError, match="more than 20 rows; give a random part of the customers"):
        read_orders(written(log()), Options())
    damaged = tmp_path / "bad.parquet"
    damaged.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(ConfigurationError, match="damaged Parquet"):
        form_of(damaged)


def test_nobody_who_repeats_is_a_result_with_its_limits(written):
    text = "customer,date\n" + "".join(f"c{number},2024-01-{number + 1:02d}\n" for number in range(20))
    orders = read_orders(written(text), Options(end="2024-12-31"))
    assert (orders.customers["frequency"] == 0.0).all()
    assert "nobody ordered twice" in told(orders)


def test_a_formula_in_a_name_stays_a_text(written):
    formula = '=HYPERLINK("http://x")'
    assert safe_text(formula) == f"'{formula}"
    assert safe_text("harmless") == "harmless"
    assert plain_names(["=cmd|' /C calc'!A0", "Базовый+", "basic", "Basic", "2 years", ""]) == (
        "cmd_c_calc_a0",
        "базовый",
        "basic",
        "basic_2",
        "n2_years",
        "unnamed",
    )
    quoted = formula.replace('"', '""')
    orders = read_orders(written(log().replace("c0", f'"{quoted}"')), Options())
    expected(orders)


def test_promised_and_actual_days_and_scores(written):
    rows = ["customer,date,promised,actual,score"]
    rows += [
        f"c{n},2024-01-{n + 1:02d},2024-01-{n + 5:02d},2024-01-{n + 3 + n % 4:02d},{n % 5 + 1}"
        for n in range(20)
    ]
    rows += ["c20,2024-02-05,2024-02-08,2024-02-01,9"]
    orders = read_orders(written("\n".join(rows)), Options())
    reasons = [(item.reason, item.whole) for item in orders.table.left_out]
    assert reasons == [("delivered before it was ordered", False), ("a score that is not from 1 to 5", False)]


def test_a_summary_is_known_by_its_columns(cdnow_file, written):
    orders = read_orders(cdnow_file, Options())
    assert orders.summary
    assert orders.customers["age"].mean() == pytest.approx(32.72 * 7.0, abs=0.1)
    assert "times are read as weeks" in told(orders)
    rows = ["ID,frequency,recency,T"] + [f"{n},1,2,30" for n in range(12)]
    rows += ["13,1,40,30", "14,-1,0,30", "15,0.5,1,30", "16,2,0,30"]
    odd = read_orders(written("\n".join(rows)), Options(unit="days"))
    assert [item.count for item in odd.table.left_out] == [2, 1, 1]
    assert (odd.customers["age"] == 30.0).all()


def test_names_of_columns_are_compared_without_their_dress():
    assert plain("customerID") == plain("Customer_ID") == plain(" customer  id ") == "customer id"
    assert np.unique([plain("Объём"), plain("объем")]).size == 1
