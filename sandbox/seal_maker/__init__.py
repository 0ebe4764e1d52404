"""制章系统 (GB/T 38540-2020): makes the electronic seals of companies, says which of them are taken back. R139."""
