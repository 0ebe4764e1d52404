"""总局全国企业信息: 外省市企业 and their branches by 统一社会信用代码. R108, R109."""
