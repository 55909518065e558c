"""What the portal costs at the size of a city, measured: `make bench`, or `make bench SIZE=--quick`.

`python -m bench` makes a database of its own beside the portal's (jagai_bench), fills it with an invented city by a
few set-based statements (bench/city.py), runs every benchmark, and writes docs/performance.md with
docs/performance.json beside it. `--only lists` runs one module, `--keep` leaves the city for the next run.

A new benchmark is a function of a module here that yields figures, named in `bench.__main__.BENCHMARKS`:

    def batches(city: City) -> Iterator[Figure]:
        floor = timed(lambda: city.sql(ONE_INSERT_SELECT), rounds=5)
        yield figure("Kelompok 10.000 orang", timed(propose, rounds=5), floor=floor, bar_ratio=3.0)

Every figure stands beside a floor of the same run: the least that the same work can cost here. `bar_ratio` and
`bar_ms` are what issue or ADR promised; a figure above its bar is named in the report, never left out.
"""
