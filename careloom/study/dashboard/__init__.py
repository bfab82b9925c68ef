"""Dashboards: what the kept counts of quality measures show over time, by lead and by group.

Takes    counts that were kept
Gives    charts with their signals, funnels, shares by group with small cells hidden; each as numbers and as SVG
Never    draws a chart of nothing, or tells a number that is about fewer than eleven people
"""
