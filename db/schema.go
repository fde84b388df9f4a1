package db

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
)

// tables are the tables and views of this program's schema, each on a line with its columns. The
// statements are prepared when they are asked (prepared.go), so a file whose tables are not those of
// its number is told from a sound one here, before anybody works in it. TestSchemaIsWrittenDown keeps it.
//
//go:embed schema.txt
var tables string

// describe lists the tables and views of a file as schema.txt does, without those of SQLite and of its
// search index, which are no business of the queries.
const describe = `SELECT m.name || ': ' || (SELECT group_concat(name, ' ') FROM (SELECT p.name FROM pragma_table_info(m.name) p ORDER BY p.name))
FROM sqlite_schema m WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'search_fts_%' ORDER BY m.name`

// fits refuses a file that lacks a table or a column. More than is known harms nobody.
func (d *DB) fits(ctx context.Context) error {
	rows, err := d.writer.QueryContext(ctx, describe)
	if err != nil {
		return misfit(err)
	}
	defer func() { _ = rows.Close() }()
	have := map[string]string{}
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		name, columns, _ := strings.Cut(line, ": ")
		have[name] = " " + columns + " "
	}
	if err := rows.Err(); err != nil {
		return misfit(err)
	}
	for line := range strings.Lines(tables) {
		name, columns, _ := strings.Cut(strings.TrimSpace(line), ": ")
		for _, c := range strings.Fields(columns) {
			if !strings.Contains(have[name], " "+c+" ") {
				return ErrDamaged.With(fmt.Errorf("the tables are not those of the schema: %s.%s", name, c))
			}
		}
	}
	return nil
}
