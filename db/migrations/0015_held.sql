-- The number is held for a change made beside this one; it changes nothing.
-- +goose Up
SELECT 1;
