"""The report of a comparison: one HTML file that asks nothing of anybody, in English or in Russian.

`findings` are the plain values that it tells of, in no language; `gather` takes them from a comparison and
`stored` keeps them beside the results; `sections` says them in a language, as sentences, tables and
pictures; `page` makes the file.
"""
