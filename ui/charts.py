"""Geometry for server-rendered SVG. No style="…" attributes (CSP): only numbers and classes."""


def columns(points, height=190, top=26, bottom=24):
    """points: [(label, value)]. X in percent so text keeps its size at any width."""
    peak = max(v for _, v in points) or 1
    step = 100 / len(points)
    plot = height - top - bottom
    out = []
    for i, (label, value) in enumerate(points):
        h = round(plot * value / peak, 1)
        out.append(
            {
                "label": label,
                "value": value,
                "x": round(i * step + step * 0.16, 2),
                "w": round(step * 0.68, 2),
                "cx": round(i * step + step / 2, 2),
                "y": round(top + plot - h, 1),
                "h": h,
                "last": i == len(points) - 1,
            }
        )
    return {"height": height, "base": top + plot, "bars": out, "ly": height - 6}


def step_of(value, cuts):
    """Class number 1..len(cuts)+1 for a choropleth."""
    return 1 + sum(value >= c for c in cuts)


def tiles(names, across=4, size=140):
    """Squares instead of boundaries, for places without a boundary file."""
    rows = -(-len(names) // across)
    areas = [
        {"name": n, "d": f"M{i % across * size} {i // across * size}h{size}v{size}h-{size}z"}
        for i, n in enumerate(names)
    ]
    return {"width": across * size, "height": rows * size, "areas": areas}
