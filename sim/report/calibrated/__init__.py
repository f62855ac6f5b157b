"""The page of a calibration: figures of the data beside those of simulated firms, and what stays open.

One HTML file that asks nothing of anybody, in English or in Russian, of the parts of `sim.report.document`.
"""
