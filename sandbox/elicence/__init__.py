"""电子营业执照: companies log in and seal by scanning, and are told of changes. R146."""
