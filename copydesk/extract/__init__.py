"""From decoded text to blocks: one public verb, `extract`."""
