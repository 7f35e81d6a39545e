"""Trained networks on data: what the point is where a training stopped. It only proposes."""
