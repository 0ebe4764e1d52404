"""登记事项: one folder is one room."""
