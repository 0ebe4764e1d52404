-- The columns of HourCount for [start, end), from the live tables.
SELECT date_trunc('hour', x.at, 'UTC') AS hour, cs.name AS client, m.business,
       CASE WHEN s.kind = 'entity' THEN 'entity' WHEN s.id_type = ANY(%(abroad)s) THEN 'abroad' ELSE 'person' END AS signer,
       COALESCE(NULLIF(x.channel, ''), 'unknown') AS channel,
       sum(x.begun) AS begun, sum(x.signed) AS signed, sum(x.failed) AS failed, sum(x.dropped) AS dropped,
       sum(x.todo) AS todo, sum(x.opened) AS opened, sum(x.tried) AS tried, sum(x.identified) AS identified,
       sum(x.faced) AS faced, sum(x.done) AS done
FROM (
    SELECT a.began_at AS at, a.channel, a.task_id,
           1 AS begun, a.signed::int AS signed, a.failed::int AS failed, a.dropped::int AS dropped,
           0 AS todo, 0 AS opened, 0 AS tried, 0 AS identified, 0 AS faced, 0 AS done
    FROM ({attempts}) a
    UNION ALL
    -- A to-do with the furthest that any attempt brought it; whoever came to a step has passed the ones before.
    SELECT t.created_at, r.channel, t.id, 0, 0, 0, 0, 1,
           (r.opened_at IS NOT NULL OR w.tried OR t.state = 'signed')::int,
           (w.tried OR t.state = 'signed')::int,
           (w.identified OR w.faced OR t.state = 'signed')::int,
           (w.faced OR t.state = 'signed')::int,
           (t.state = 'signed')::int
    FROM tasks_task t
    LEFT JOIN tasks_reading r ON r.document_id = t.document_id AND r.subject_id = t.subject_id
    CROSS JOIN LATERAL (
        SELECT count(*) > 0 AS tried,
               COALESCE(bool_or(e.identified), false) AS identified, COALESCE(bool_or(e.faced), false) AS faced
        FROM (
            SELECT c.identified_at IS NOT NULL AS identified, c.faced_at IS NOT NULL AS faced
            FROM ceremonies_ceremonyitem i
            JOIN ceremonies_ceremony c ON c.id = i.ceremony_id
            WHERE i.task_id = t.id
            UNION ALL
            SELECT o.order_no IS NOT NULL, o.state = 'settled'
            FROM seals_sealitem i
            JOIN seals_sealorder o ON o.id = i.order_id
            WHERE i.task_id = t.id
        ) e
    ) w
    WHERE t.created_at >= %(start)s AND t.created_at < %(end)s
) x
JOIN tasks_task t ON t.id = x.task_id
JOIN tasks_subject s ON s.id = t.subject_id
JOIN tasks_document d ON d.id = t.document_id
JOIN tasks_batch b ON b.id = d.batch_id
JOIN tasks_matter m ON m.id = b.matter_id
JOIN tasks_clientsystem cs ON cs.id = b.client_id
GROUP BY 1, 2, 3, 4, 5
