-- name: files_seen
SELECT path, size, modified_ns, sha256 FROM data.file_seen

-- name: hashes_loaded
SELECT DISTINCT sha256 FROM data.loaded_file WHERE state = 'loaded'

-- name: names_seen
SELECT DISTINCT file_name FROM data.loaded_file WHERE state = 'loaded'

-- name: keep_files_seen
INSERT OR REPLACE INTO data.file_seen
SELECT unnest(CAST($paths AS VARCHAR[])), unnest(CAST($sizes AS BIGINT[])), unnest(CAST($changes AS BIGINT[])), unnest(CAST($digests AS VARCHAR[]))

-- name: members_seen
SELECT place, sha256 FROM data.member_seen WHERE archive_sha256 = $archive

-- name: keep_members_seen
INSERT OR REPLACE INTO data.member_seen
SELECT $archive, unnest(CAST($places AS INTEGER[])), unnest(CAST($hashes AS VARCHAR[]))
