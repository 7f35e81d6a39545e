"""From data to a certificate, one module for each theorem."""
