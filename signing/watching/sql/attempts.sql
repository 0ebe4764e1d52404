-- Every attempt to sign or to seal that began in [start, end): one row per 签署流水号.
SELECT c.began_at, c.channel, i.task_id, i.settled_at, c.id AS ceremony_id, i.problem,
       i.state = 'signed' AS signed, i.state = 'failed' AS failed, i.state = 'dropped' AS dropped
FROM ceremonies_ceremony c
JOIN ceremonies_ceremonyitem i ON i.ceremony_id = c.id
WHERE c.began_at >= %(start)s AND c.began_at < %(end)s
UNION ALL
SELECT o.began_at, o.channel, i.task_id, i.settled_at, NULL, i.problem,
       i.state = 'sealed', i.state = 'failed', i.state IN ('dropped', 'late')
FROM seals_sealorder o
JOIN seals_sealitem i ON i.order_id = o.id
WHERE o.began_at >= %(start)s AND o.began_at < %(end)s
