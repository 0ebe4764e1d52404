-- Causes and durations of one stretch of time, as a whole (dimension '') and by every dimension.
SELECT f.kind, f.value, d.dimension, d.code, sum(f.count)::int
FROM ({details}) f
CROSS JOIN LATERAL (
    VALUES ('', ''), ('client', f.client), ('business', f.business), ('signer', f.signer), ('channel', f.channel)
) d (dimension, code)
WHERE {narrow}
GROUP BY 1, 2, 3, 4
