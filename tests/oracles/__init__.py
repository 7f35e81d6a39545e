"""What is true, computed by other ways than the checkers': loops, fractions, many digits."""
