"""申请案的数据: cases, answers, the view of both."""
