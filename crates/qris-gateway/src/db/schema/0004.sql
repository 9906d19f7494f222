-- Which upstreams may settle a merchant's transactions (kind: upstream). Those that could before still can.
INSERT INTO merchant_part (merchant_id, kind, id)
    SELECT m.merchant_id, 'upstream', p.client_id FROM merchant m, partner p WHERE p.role = 'upstream';

-- What is over is looked for by its age.
CREATE INDEX notification_ended ON notification (ended_at);
CREATE INDEX inquiry_created ON inquiry (created_at);
