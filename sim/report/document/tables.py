"""The tables of a report, by Great Tables: headings with their scope, cells that refer to them.

Every text that comes in is escaped here, whatever version of the library does of itself, and its style
sheet is left out: one of the page holds for all tables.
"""

from html import escape

from sim.report.document.blocks import Cell, Grid


def table_html(grid: Grid) -> str:
    """Return a table as HTML."""
    import pandas as pd
    from great_tables import GT, html

    names = [f"c{place}" for place in range(len(grid.head))]
    rows = [[_cell(cell) for cell in row] for row in grid.rows]
    table = pd.DataFrame(rows, columns=names, dtype=object)
    made = (
        GT(table, rowname_col="c0", id=f"table_{grid.key}")
        .tab_stubhead(html(escape(grid.head[0])))
        .cols_label({name: html(escape(said)) for name, said in zip(names[1:], grid.head[1:], strict=True)})
        .cols_align("right", [name for place, name in enumerate(names) if place and place not in grid.words])
        .cols_align("left", [name for place, name in enumerate(names) if place in grid.words])
        .fmt(str, columns=names)  # formatted cells pass as they are: `_cell` has escaped them
    )
    text = made.as_raw_html()
    start, end = text.index("<table"), text.rindex("</table>") + len("</table>")
    return text[start:end]


def _cell(cell: Cell) -> str:
    text = escape(cell.text)
    if cell.tone == "typed":
        text = f"<code>{text.replace('.', '.<wbr>')}</code>"  # a line of it breaks behind a dot
    elif cell.tone:
        text = f'<span class="{cell.tone}">{text}</span>'
    if cell.below:
        text += f'<span class="below">{escape(cell.below)}</span>'
    return text
