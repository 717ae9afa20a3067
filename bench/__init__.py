"""Repeatable measurements: one figure a line, `name value unit`; `make bench ONLY=prefix`.

A module here named `weight` yields the figures `weight.*` from its `measure()`. `shots` takes pictures instead.
"""
