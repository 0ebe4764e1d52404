"""人员监控与总局限制名单: on which lists a person or a company stands. R003, R016, R017, R020, R025."""
