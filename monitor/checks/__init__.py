"""The suites of expectations/, judged by Great Expectations, and the findings that follow."""
