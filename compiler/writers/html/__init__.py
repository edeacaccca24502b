"""The HTML writer: one self-contained page, for screens, telephones and A4 paper."""

from compiler.writers.html.writer import HtmlWriter

__all__ = ["HtmlWriter"]
