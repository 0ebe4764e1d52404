"""签署监测与分析 (R140): counters by the hour, the questions they answer, and alarms that open and close by themselves."""
