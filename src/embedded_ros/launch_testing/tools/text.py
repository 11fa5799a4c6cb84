"""Matching of texts and lines with what is expected of them."""

from .._text import build_line_match, build_text_match, normalize_lineseps

__all__ = ["build_line_match", "build_text_match", "normalize_lineseps"]
