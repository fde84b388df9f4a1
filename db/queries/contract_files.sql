-- Attachments of contracts: folders, files, versions. What a file is now is its newest version.

-- name: ContractForFiles :one
SELECT id, public_id, number, in_portal, files_shown FROM contracts WHERE public_id = @public_id;

-- name: ContractForFilesByID :one
SELECT id, public_id, number, in_portal, files_shown FROM contracts WHERE id = @id;

-- name: ContractFileMax :one
SELECT file_max_mb FROM contract_settings WHERE id = 1;

-- name: ContractFolders :many
SELECT id, public_id, contract_id, parent_id, name, in_portal, created_at FROM contract_folders WHERE contract_id = @contract_id ORDER BY id;

-- name: InsertContractFolder :one
INSERT INTO contract_folders (public_id, contract_id, parent_id, name, in_portal, created_at)
VALUES (@public_id, @contract_id, @parent_id, @name, @in_portal, @created_at) RETURNING id;

-- name: PlaceContractFolder :exec
UPDATE contract_folders SET name = @name, parent_id = @parent_id WHERE id = @id;

-- name: DeleteContractFolder :exec
DELETE FROM contract_folders WHERE id = @id;

-- What lies in the bin hangs on the folder above when its folder goes.
-- name: LiftRemovedContractFiles :exec
UPDATE contract_files SET folder_id = @to_id WHERE folder_id = @folder_id AND removed_at IS NOT NULL;

-- name: ShowContractFolder :exec
UPDATE contract_folders SET in_portal = @in_portal WHERE id = @id;

-- name: ShowContractFile :execrows
UPDATE contract_files SET in_portal = @in_portal, version = version + 1 WHERE id = @id AND in_portal <> @in_portal AND removed_at IS NULL;

-- name: SetContractFilesShown :exec
UPDATE contracts SET files_shown = @files_shown WHERE id = @id;

-- name: InsertContractFile :one
INSERT INTO contract_files (public_id, contract_id, folder_id, name, in_portal, sealed, created_at)
VALUES (@public_id, @contract_id, @folder_id, @name, @in_portal, @sealed, @created_at) RETURNING id;

-- name: InsertContractFileVersion :one
INSERT INTO contract_file_versions (public_id, file_id, n, name, sha256, size, media_type, note, author_name, user_id, created_at)
VALUES (@public_id, @file_id, @n, @name, @sha256, @size, @media_type, @note, @author_name, @user_id, @created_at) RETURNING id;

-- name: PlaceContractFile :exec
UPDATE contract_files SET name = @name, folder_id = @folder_id, version = version + 1 WHERE id = @id AND removed_at IS NULL;

-- name: RemoveContractFile :execrows
UPDATE contract_files SET removed_at = @removed_at, version = version + 1 WHERE id = @id AND removed_at IS NULL AND sealed = 0;

-- name: RestoreContractFile :execrows
UPDATE contract_files SET removed_at = NULL, name = @name, version = version + 1 WHERE id = @id AND removed_at IS NOT NULL;

-- name: ContractFiles :many
SELECT f.id, f.public_id, f.contract_id, f.folder_id, f.name, f.in_portal, f.sealed, f.removed_at, f.version, f.created_at,
  v.id AS version_id, v.public_id AS version_public_id, v.n, v.sha256, v.size, v.media_type, v.note, v.author_name, v.created_at AS version_at
FROM contract_files f JOIN contract_file_versions v ON v.file_id = f.id AND v.n = (SELECT max(w.n) FROM contract_file_versions w WHERE w.file_id = f.id)
WHERE f.contract_id = @contract_id ORDER BY f.id;

-- Which versions are being approved or signed now.
-- name: ContractFilesInRounds :many
SELECT x.version_id, r.kind FROM contract_rounds r JOIN contract_round_files x ON x.round_id = r.id
WHERE r.contract_id = @contract_id AND r.state = 'open' ORDER BY r.kind, x.version_id;

-- name: ContractFileVersions :many
SELECT id, public_id, file_id, n, name, sha256, size, media_type, note, author_name, user_id, created_at
FROM contract_file_versions WHERE file_id = @file_id ORDER BY n DESC;

-- Of removed files too: what was there can be read again by the firm.
-- name: ContractFileVersion :one
SELECT v.public_id, v.n, v.sha256, v.size, v.media_type, v.created_at, f.name,
  CAST(v.n = (SELECT max(w.n) FROM contract_file_versions w WHERE w.file_id = v.file_id) AS INTEGER) AS newest
FROM contract_file_versions v JOIN contract_files f ON f.id = v.file_id WHERE v.public_id = @public_id;

-- What is visible of a contract that the asker may see (SeenBy was asked first, in the same reading).
-- name: PortalContractFiles :many
SELECT f.public_id, f.folder_id, f.name, f.sealed, v.size, v.media_type, v.sha256, v.created_at AS version_at
FROM contract_files f JOIN contract_file_versions v ON v.file_id = f.id AND v.n = (SELECT max(w.n) FROM contract_file_versions w WHERE w.file_id = f.id)
WHERE f.contract_id = @contract_id AND f.in_portal = 1 AND f.removed_at IS NULL ORDER BY f.id;

-- name: PortalContractFile :one
SELECT f.public_id, f.folder_id, f.name, f.sealed, v.size, v.media_type, v.sha256, v.created_at AS version_at
FROM contract_files f JOIN contract_file_versions v ON v.file_id = f.id AND v.n = (SELECT max(w.n) FROM contract_file_versions w WHERE w.file_id = f.id)
WHERE f.public_id = @public_id AND f.contract_id = @contract_id AND f.in_portal = 1 AND f.removed_at IS NULL;
