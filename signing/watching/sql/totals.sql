-- Sums of one stretch of time, told apart in every way the pages draw, in one pass. Buckets and clock are Shanghai's.
SELECT date_trunc(%(grain)s, f.hour AT TIME ZONE 'Asia/Shanghai') AS bucket,
       EXTRACT(ISODOW FROM f.hour AT TIME ZONE 'Asia/Shanghai')::int - 1 AS weekday,
       EXTRACT(HOUR FROM f.hour AT TIME ZONE 'Asia/Shanghai')::int AS clock_hour,
       f.client, f.business, f.signer, f.channel,
       COALESCE(sum(f.begun), 0)::int, COALESCE(sum(f.signed), 0)::int, COALESCE(sum(f.failed), 0)::int,
       COALESCE(sum(f.dropped), 0)::int, COALESCE(sum(f.todo), 0)::int, COALESCE(sum(f.opened), 0)::int,
       COALESCE(sum(f.tried), 0)::int, COALESCE(sum(f.identified), 0)::int, COALESCE(sum(f.faced), 0)::int,
       COALESCE(sum(f.done), 0)::int, COALESCE(bool_or(f.made_up), false)
FROM ({facts}) f
WHERE {narrow}
GROUP BY GROUPING SETS ((), (1), (2, 3), (f.client), (f.business), (f.signer), (f.channel), (f.signer, f.business))
