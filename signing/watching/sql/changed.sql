-- Hours whose counts something touched since `since` (legal times: since `legal`), read through the indexes on those times.
WITH attempt AS (
    SELECT c.began_at, i.task_id
    FROM ceremonies_ceremony c
    JOIN ceremonies_ceremonyitem i ON i.ceremony_id = c.id
    WHERE c.began_at >= %(ceremonies)s
      AND GREATEST(c.began_at, c.identified_at, c.faced_at, i.settled_at) >= %(since)s
    UNION ALL
    SELECT c.began_at, i.task_id
    FROM ceremonies_ceremonyitem i
    JOIN ceremonies_ceremony c ON c.id = i.ceremony_id
    WHERE i.settled_at >= %(since)s
    UNION ALL
    SELECT o.began_at, i.task_id
    FROM seals_sealorder o
    JOIN seals_sealitem i ON i.order_id = o.id
    WHERE o.began_at >= %(since)s
    UNION ALL
    SELECT o.began_at, i.task_id
    FROM seals_sealitem i
    JOIN seals_sealorder o ON o.id = i.order_id
    WHERE i.settled_at >= %(since)s
)
SELECT date_trunc('hour', began_at, 'UTC') FROM attempt
UNION
SELECT date_trunc('hour', t.created_at, 'UTC') FROM attempt JOIN tasks_task t ON t.id = attempt.task_id
UNION
SELECT date_trunc('hour', t.created_at, 'UTC') FROM tasks_task t WHERE t.created_at >= %(since)s OR t.closed_at >= %(legal)s
UNION
SELECT date_trunc('hour', t.created_at, 'UTC')
FROM tasks_reading r
JOIN tasks_task t ON t.document_id = r.document_id AND t.subject_id = r.subject_id
WHERE r.opened_at >= %(since)s
