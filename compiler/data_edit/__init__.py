"""Changes to data files that keep everything else: notes, order, notation, line ends.

The text is edited at the places where the values stand (`edit`), never written out again from what was read; what is
new is put into YAML by `notation`. The result is read back and compared with what was wanted before anyone has it.
"""
