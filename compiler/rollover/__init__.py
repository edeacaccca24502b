"""A new year's folder: made from last year's report, or the first one of an office.

What is standing is carried over as it was typed, comments, order and notation included; what is of the year is left open
(待填) or marked (〔待更新〕). Texts are edited at the places of their values and never written anew.
"""
