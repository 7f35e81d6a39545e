"""From a point to a certificate, one module for each theorem."""
