-- Median seconds from 开始签署 to 签好 of what was settled since `start`.
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM x.settled_at - x.began_at))
FROM (
    SELECT i.settled_at, c.began_at
    FROM ceremonies_ceremonyitem i
    JOIN ceremonies_ceremony c ON c.id = i.ceremony_id
    WHERE i.settled_at >= %(start)s AND i.state = 'signed'
    UNION ALL
    SELECT i.settled_at, o.began_at
    FROM seals_sealitem i
    JOIN seals_sealorder o ON o.id = i.order_id
    WHERE i.settled_at >= %(start)s AND i.state = 'sealed'
) x
