"""合规性辅助判断 (R025): rules as data, an engine, an explanation."""
