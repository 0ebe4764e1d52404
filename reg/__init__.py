"""企业登记: the registration system."""
