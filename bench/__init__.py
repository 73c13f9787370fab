"""Ratios against bare libraries, measured in one run on one machine: ``make bench``.

A module of this package that has ``figures(quick)`` takes part; see ``bench.registry``.
"""
