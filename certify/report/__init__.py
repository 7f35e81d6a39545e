"""Certificates for people to read: HTML, LaTeX and the terminal. Presentation only: nothing here
decides anything, the kernel does.
"""
