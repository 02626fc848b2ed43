"""The Order Request Summary (R-282 to R-303): one set of values for the page, the PDF and the reviewers."""
