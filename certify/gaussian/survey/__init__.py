"""The survey: many random starts for many sizes, each end point matched exactly to a certified
critical point.

basins       certified balls, and the exact test whether a point lies in one
             (a match rests on this module and on the kernel)
descent      starts, descent and Newton's method in float64 (untrusted)
ledger       one line a start, append-only
campaign     which starts are missing, who runs them, what becomes of new minima
table        counts, intervals and averages, as a table, Markdown or JSON
"""
