-- The columns of HourDetail for [start, end), from the live tables.
SELECT date_trunc('hour', x.began_at, 'UTC') AS hour, cs.name AS client, m.business,
       CASE WHEN s.kind = 'entity' THEN 'entity' WHEN s.id_type = ANY(%(abroad)s) THEN 'abroad' ELSE 'person' END AS signer,
       COALESCE(NULLIF(x.channel, ''), 'unknown') AS channel, x.kind, x.value, count(*) AS count
FROM (
    SELECT a.began_at, a.channel, a.task_id, 'seconds' AS kind,
           width_bucket(EXTRACT(EPOCH FROM a.settled_at - a.began_at)::float8, %(edges)s::float8[])::text AS value
    FROM ({attempts}) a
    WHERE a.signed
    UNION ALL
    SELECT a.began_at, a.channel, a.task_id, 'cause',
           COALESCE(
               CASE WHEN a.dropped THEN (
                   SELECT CASE v.purpose WHEN 'face' THEN %(face)s ELSE %(identity)s END
                   FROM ceremonies_verification v
                   WHERE v.ceremony_id = a.ceremony_id AND v.state IN ('failed', 'refused')
                   ORDER BY v.id DESC LIMIT 1
               ) END,
               (
                   SELECT c.code
                   FROM unnest(%(codes)s::text[], %(starts)s::text[]) WITH ORDINALITY AS c (code, start, place)
                   WHERE starts_with(a.problem, c.start)
                   ORDER BY c.place LIMIT 1
               ),
               %(other)s
           )
    FROM ({attempts}) a
    WHERE a.failed OR a.dropped
) x
JOIN tasks_task t ON t.id = x.task_id
JOIN tasks_subject s ON s.id = t.subject_id
JOIN tasks_document d ON d.id = t.document_id
JOIN tasks_batch b ON b.id = d.batch_id
JOIN tasks_matter m ON m.id = b.matter_id
JOIN tasks_clientsystem cs ON cs.id = b.client_id
GROUP BY 1, 2, 3, 4, 5, 6, 7
