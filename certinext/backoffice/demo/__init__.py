"""The demo: two invented sellers, their customers, and four months of business up to today.

`emsign` and `harbour` say who is who, `orders` and `reports` draw from that what the issuance
platform would report, `story` puts it in the order of time, and `load` plays it through the same
verbs that the portal runs on. Everything follows from the day and a fixed seed.
"""
