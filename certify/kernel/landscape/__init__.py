"""Whole landscapes of few neurons: every critical point, found or excluded by subdivision."""
