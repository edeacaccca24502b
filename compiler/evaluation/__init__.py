"""The domain: what a department's performance data is, and what follows from it.

Each record class is one mapping in a file; the Chinese keys are the words on the official forms. A derived value
(a sum, a rate, a score) is computed when the file does not give it. When the file does give it, the typed value is
printed: comparing the two is the business of checks, not of the reader.
"""
