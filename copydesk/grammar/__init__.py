"""Readers of one line of news copy: text in, a frozen value with its span out, or None.

Who signs (`byline`, `names`, `sign_off`), when (`dates`, `timestamps`), where (`dateline`), whose picture (`credits`), which
outlet (`outlets`). They know nothing of pages: `label/` asks them what a line could be, `describe/` what it says.
"""
