"""What a clerk gets wrong, as data: places in a report (`sites`) and what happens to them (`slips`)."""
