import pytest

from ui.charts import columns, rows, step_of


def test_the_tallest_bar_fills_the_plot_and_bars_start_at_zero():
    chart = columns([("Jan", 50), ("Feb", 100), ("Mar", 0)], height=150, top=26, bottom=24)

    assert [bar["h"] for bar in chart["bars"]] == [50, 100, 0]
    assert [bar["y"] + bar["h"] for bar in chart["bars"]] == [chart["base"]] * 3 == [126] * 3
    assert [bar["last"] for bar in chart["bars"]] == [False, False, True]


@pytest.mark.parametrize("points", [[], [("Jan", 0)]])
def test_nothing_to_show_is_no_error(points):
    assert [bar["h"] for bar in columns(points)["bars"]] == [0] * len(points)


@pytest.mark.parametrize(("share", "step"), [(0, 1), (39.9, 1), (40, 2), (69.9, 4), (70, 5), (100, 5)])
def test_a_value_on_a_cut_belongs_above_it(share, step):
    assert step_of(share, (40, 50, 60, 70)) == step


def test_lying_bars_start_at_zero_and_the_longest_is_as_wide_as_the_picture():
    chart = rows([("Paket berbeda", 6), ("Ditagih dua kali", 3), ("Jumlah berbeda", 0)])

    assert [bar["w"] for bar in chart["bars"]] == [100, 50, 0]
    assert [bar["y"] for bar in chart["bars"]] == [22, 68, 114]
    assert chart["height"] == 138
    assert rows([]) == {"height": 0, "tall": 14, "bars": []}
