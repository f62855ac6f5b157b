"""The posterior's predictive check: figures of the data beside those of simulated firms.

A firm is simulated anew from draws of the posterior, with as many customers as the data have, who come when
theirs came and are watched as long; the same figures are counted in it. What the closed form expects stands
beside, for the figures that it knows.
"""
