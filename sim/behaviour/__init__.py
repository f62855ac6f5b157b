"""What one customer feels and does: scalar functions, a file per mechanism, written once.

Nothing here imports NumPy, Numba or Mesa. A rule takes a customer with attributes that change
in place; the same source runs on a Mesa agent in CPython and on a record compiled by Numba,
equal to the last bit. For that, no ``**`` and no ``pow`` stand in this package (a test looks),
and arguments of ``exp`` and ``log`` are kept in range.
"""
