-- The hours of support are written in both languages. What stood there is the firm's own language;
-- the other one stays empty, and customers are shown the text that there is.
-- +goose Up
ALTER TABLE company RENAME COLUMN support_hours TO support_hours_fr;
ALTER TABLE company ADD COLUMN support_hours_en TEXT NOT NULL DEFAULT '';
UPDATE company SET support_hours_en = support_hours_fr, support_hours_fr = '' WHERE language = 'en';
