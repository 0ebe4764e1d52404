"""Is it alive, may it be given work, how is it doing: /healthz, /readyz, /metrics for every project.

alive: the process answers. Ready: its database answers and has the tables this code expects. A silent worker is told
and measured but does not take the pages away, since citizens can still type and read without it.
"""
