"""scratch"""

from damaged import *
from killing import killable


def test_x(tmp_path):
    with killable(tmp_path / "errors.txt") as program:
        whole = whole_workspace(tmp_path / "whole", program)
        import time

        for n, (which, name) in enumerate(CASES):
            t = time.time()
            try:
                f = whole.faults(tmp_path / f"w{n}", program, which, name)
            except BaseException as e:
                f = [type(e).__name__, str(e)[:300]]
            print(which, name, round(time.time() - t, 1))
            for x in f:
                print("      ", str(x)[:1400])
        size = (tmp_path / "whole" / "var" / "monitor.duckdb").stat().st_size
        STORES.update(
            {f"flip{k}": written_over(flipped(12288 + k * BLOCK + 500)) for k in range((size - 12288) // BLOCK)}
        )
        for n, name in enumerate([k for k in STORES if k.startswith("flip")]):
            d = whole.damaged(tmp_path / f"f{n}", program, "store", name)
            a, b = d.typed("doctor"), d.typed("run")
            print(name, a.code, b.code)
    assert 0
