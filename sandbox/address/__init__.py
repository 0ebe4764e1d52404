"""标准地址库: roads, standard addresses, 集中登记地, frozen addresses, how many are registered where. R006."""
