"""登记簿: every 市场主体 as dated facts per item, roles of persons, holds; who may act for whom."""
