"""Who acts: natural persons (随申办), enterprises (电子营业执照), staff, services; their sessions."""
