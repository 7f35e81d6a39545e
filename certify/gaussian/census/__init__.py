"""The census: critical points with up to three diagonal blocks, from structured starts.

starts       which block sizes, and from which points each of them descends
reduced      loss, gradient and descent in the fixed space, many points at once (untrusted)
campaign     the classes of one k, proved; which k are missing, who works on them
ledger       what was found, one file, replaced whole after each k
table        counts, beside the published ones
command      what `certify census` prints and writes
"""
