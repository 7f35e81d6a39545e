"""Networks that were trained: fully connected ones of any depth, with their loss and decay."""
