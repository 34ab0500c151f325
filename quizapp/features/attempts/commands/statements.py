"""The SQL of saving an answer, with :named values; both engines understand it."""

LOCK_ATTEMPT = "SELECT id FROM attempts WHERE id = :attempt FOR UPDATE"
READ_SLOT = """
SELECT a.state, a.due_at, a.hard_at, r.revision, r.answer, r.confidence, r.is_flagged,
  (SELECT max(entry) FROM answer_journal WHERE attempt_id = :attempt AND slot = :slot),
  EXISTS (SELECT 1 FROM answer_journal WHERE attempt_id = :attempt AND op_id = :op_id),
  a.allowance IS NOT NULL
FROM attempts a LEFT JOIN responses r ON r.attempt_id = a.id AND r.slot = :slot
WHERE a.id = :attempt AND a.user_id = :user
"""
READ_LEFT = """
SELECT left_at FROM attempt_items WHERE attempt_id = :attempt AND slot = :slot
"""
READ_BREAK = """
SELECT kind, at, seconds FROM time_changes
WHERE attempt_id = :attempt AND kind IN ('break_started', 'break_ended') AND at <= :now
ORDER BY id DESC LIMIT 1
"""
READ_OPERATION = """
SELECT slot, revision, answer, confidence, is_flagged, outcome FROM answer_journal
WHERE attempt_id = :attempt AND op_id = :op_id
"""
READ_REVISION = """
SELECT answer, confidence, is_flagged FROM answer_journal
WHERE attempt_id = :attempt AND slot = :slot AND revision = :revision AND outcome = 'saved'
"""
ADD_ENTRY = """
INSERT INTO answer_journal (attempt_id, slot, entry, op_id, outcome, seen, revision, answer,
  confidence, is_flagged, received_at)
VALUES (:attempt, :slot, :entry, :op_id, :outcome, :seen, :revision, :answer, :confidence,
  :is_flagged, :now)
"""
SET_RESPONSE = """
INSERT INTO responses (attempt_id, slot, revision, answer, confidence, is_flagged, saved_at)
VALUES (:attempt, :slot, :revision, :answer, :confidence, :is_flagged, :now)
ON CONFLICT (attempt_id, slot) DO UPDATE SET revision = excluded.revision,
  answer = excluded.answer, confidence = excluded.confidence,
  is_flagged = excluded.is_flagged, saved_at = excluded.saved_at
"""
SAVE_AT_ONCE = """
WITH a AS (
  SELECT id FROM attempts WHERE id = :attempt AND user_id = :user AND state = 'open'
    AND (hard_at IS NULL OR hard_at >= CAST(:now AS timestamptz)) AND allowance IS NULL
    FOR UPDATE
), old AS (
  SELECT revision, answer, confidence, is_flagged FROM responses
  WHERE attempt_id = :attempt AND slot = :slot
), r AS (
  INSERT INTO responses (attempt_id, slot, revision, answer, confidence, is_flagged, saved_at)
  SELECT a.id, CAST(:slot AS smallint), CAST(:seen AS integer) + 1, CAST(:answer AS text),
    CAST(:confidence AS smallint), CAST(:is_flagged AS boolean), CAST(:now AS timestamptz)
  FROM a WHERE coalesce((SELECT revision FROM old), 0) = CAST(:seen AS integer)
    AND (EXISTS (SELECT 1 FROM old) OR :answer <> '{}' OR CAST(:is_flagged AS boolean)
      OR CAST(:confidence AS smallint) IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM old WHERE answer = CAST(:answer AS text)
      AND confidence IS NOT DISTINCT FROM CAST(:confidence AS smallint)
      AND is_flagged = CAST(:is_flagged AS boolean))
  ON CONFLICT (attempt_id, slot) DO UPDATE SET revision = excluded.revision,
    answer = excluded.answer, confidence = excluded.confidence,
    is_flagged = excluded.is_flagged, saved_at = excluded.saved_at
    WHERE responses.revision = CAST(:seen AS integer)
  RETURNING revision, answer, confidence, is_flagged, saved_at
), j AS (
  INSERT INTO answer_journal (attempt_id, slot, entry, op_id, outcome, seen, revision, answer,
    confidence, is_flagged, received_at)
  SELECT :attempt, CAST(:slot AS smallint),
    coalesce((SELECT max(entry) FROM answer_journal
      WHERE attempt_id = :attempt AND slot = :slot), 0) + 1,
    CAST(:op_id AS varchar), 'saved', CAST(:seen AS integer), r.revision, r.answer,
    r.confidence, r.is_flagged, r.saved_at
  FROM r RETURNING revision
)
SELECT revision FROM j
"""
"""PostgreSQL only; like the steps below, for the one case that needs no judgement."""
