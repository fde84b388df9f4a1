-- name: GetCompany :one
SELECT * FROM company WHERE id = 1;

-- name: FirmZone :one
SELECT time_zone FROM company WHERE id = 1;

-- name: CountCompanies :one
SELECT count(*) FROM company;

-- name: InsertCompany :exec
INSERT INTO company (id, public_id, account_number, name, country, email, vat_scheme, language, currency, time_zone, chart,
  paper_size, address_right, terms_days, is_demo, created_at, updated_at)
VALUES (1, @public_id, @account_number, @name, @country, @email, @vat_scheme, @language, @currency, @time_zone, @chart,
  @paper_size, @address_right, @terms_days, @is_demo, @now, @now);

-- name: UpdateCompany :execrows
UPDATE company SET name = @name, legal_form = @legal_form, share_capital_minor = @share_capital_minor, siren = @siren, siret = @siret,
  vat_number = @vat_number, registry = @registry, ape = @ape, neq = @neq, gst_number = @gst_number, qst_number = @qst_number,
  line1 = @line1, line2 = @line2, postcode = @postcode, city = @city, region = @region, country = @country,
  email = @email, phone = @phone, website = @website, support_email = @support_email, support_phone = @support_phone, support_hours_fr = @support_hours_fr, support_hours_en = @support_hours_en,
  iban = @iban, bic = @bic, bank_name = @bank_name, vat_scheme = @vat_scheme, language = @language, currency = @currency, time_zone = @time_zone,
  accent = @accent, paper_size = @paper_size, address_right = @address_right, terms_days = @terms_days, terms_end_of_month = @terms_end_of_month,
  late_rate_pcm = @late_rate_pcm, early_discount = @early_discount, insurance = @insurance, mediator = @mediator, invoice_terms = @invoice_terms,
  quote_days = @quote_days, quote_terms = @quote_terms,
  version = version + 1, updated_at = @updated_at
WHERE id = 1 AND version = @version;

-- name: SetLogo :exec
UPDATE company SET logo_sha256 = @logo_sha256, version = version + 1, updated_at = @updated_at WHERE id = 1;

-- name: InsertUser :one
INSERT INTO users (public_id, code, name, email, language, role, created_at) VALUES (@public_id, @code, @name, @email, @language, @role, @created_at) RETURNING id;

-- name: PrincipalUser :one
SELECT * FROM users WHERE role = 'principal' ORDER BY id LIMIT 1;

-- name: SetUserPreferences :exec
UPDATE users SET language = @language, theme = @theme WHERE id = @id;

-- name: GetPortalSettings :one
SELECT * FROM portal_settings WHERE id = 1;

-- name: InsertPortalSettings :exec
INSERT INTO portal_settings (id, enabled, address, port, transport) VALUES (1, @enabled, @address, @port, @transport);

-- name: UpdatePortalSettings :execrows
UPDATE portal_settings SET enabled = @enabled, address = @address, port = @port, transport = @transport, host_name = @host_name,
  link_days = @link_days, password_always = @password_always, message_fr = @message_fr, message_en = @message_en, free_group_id = sqlc.narg(free_group_id), version = version + 1
WHERE id = 1 AND version = @version;

-- The group whose link takes anybody (Inscription libre); none while its portal is closed.
-- name: FreeGroup :one
SELECT g.id, g.public_id, g.name FROM portal_settings ps JOIN customer_groups g ON g.id = ps.free_group_id WHERE ps.id = 1 AND g.portal_enabled = 1;

-- name: EndFreeRegistration :execrows
UPDATE portal_settings SET free_group_id = NULL, version = version + 1 WHERE free_group_id = @group_id;

-- name: InsertSeriesPattern :exec
INSERT INTO series_patterns (kind, pattern, yearly) VALUES (@kind, @pattern, @yearly);

-- name: SeriesPatterns :many
SELECT kind, pattern, yearly FROM series_patterns ORDER BY kind;

-- name: SeriesPattern :one
SELECT kind, pattern, yearly FROM series_patterns WHERE kind = @kind;

-- name: UpdateSeriesPattern :exec
UPDATE series_patterns SET pattern = @pattern WHERE kind = @kind;

-- name: AllSeries :many
SELECT kind, year, pattern, next_number, last_issue_date FROM series ORDER BY kind, year;

-- name: GetSeries :one
SELECT kind, year, pattern, next_number, last_issue_date FROM series WHERE kind = @kind AND year = @year;

-- name: NewestSeriesOfKind :one
SELECT kind, year, pattern, next_number, last_issue_date FROM series WHERE kind = @kind ORDER BY year DESC LIMIT 1;

-- name: OpenSeries :exec
INSERT INTO series (kind, year, pattern) VALUES (@kind, @year, @pattern);

-- name: TakeNumber :one
UPDATE series SET next_number = next_number + 1, last_issue_date = max(last_issue_date, CAST(@issue_date AS TEXT))
WHERE kind = @kind AND year = @year RETURNING next_number - 1;

-- name: InsertFile :exec
INSERT INTO files (sha256, size, media_type, created_at) VALUES (@sha256, @size, @media_type, @created_at) ON CONFLICT (sha256) DO NOTHING;

-- name: GetFile :one
SELECT sha256, size, media_type, created_at FROM files WHERE sha256 = @sha256;

-- name: PutSecret :exec
INSERT INTO secrets (name, sealed, updated_at) VALUES (@name, @sealed, @updated_at)
ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at;

-- name: GetSecret :one
SELECT sealed FROM secrets WHERE name = @name;

-- name: DeleteSecret :exec
DELETE FROM secrets WHERE name = @name;

-- name: RateOn :one
SELECT rate_e8 FROM exchange_rates WHERE currency = @currency AND valid_on <= @on_date ORDER BY valid_on DESC LIMIT 1;

-- name: PutRate :exec
INSERT INTO exchange_rates (currency, valid_on, rate_e8) VALUES (@currency, @valid_on, @rate_e8)
ON CONFLICT (currency, valid_on) DO UPDATE SET rate_e8 = excluded.rate_e8;
