"""登记机关电子印章: notices of the registration authority are sealed with its own certificate of the authority's CA."""
