"""智慧材料 (R035): which papers, made how, signed by whom."""
