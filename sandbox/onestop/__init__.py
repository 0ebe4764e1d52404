"""一网通办办件: gives each application its 办件编号 and takes its progress."""
