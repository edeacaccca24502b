"""Measurements: the compiler beside other document generators, on content made for the purpose."""
