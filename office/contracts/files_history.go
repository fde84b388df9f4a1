package contracts

import (
	"context"
	"strings"

	"comptoir/db/gen"
)

// attachmentsNamed are the names of a contract's attachments, those in the bin with them.
type attachmentsNamed map[int64]string

func attachmentNames(ctx context.Context, q *gen.Queries, contractID int64) (attachmentsNamed, error) {
	rows, err := q.ContractFiles(ctx, contractID)
	return named(rows, func(r gen.ContractFilesRow) (int64, string) { return r.ID, r.Name }), err
}

// namesShown is how many names a line of the history has.
const namesShown = 5

// put replaces the ids of attachments in a line's details by their names.
func (a attachmentsNamed) put(details map[string]any) {
	if id, ok := details["file"].(float64); ok {
		details["file"] = a[int64(id)]
	}
	list, ok := details["files"].([]any)
	if !ok {
		return
	}
	names := []string{}
	for i, x := range list {
		id, _ := x.(float64)
		if i == namesShown {
			names = append(names, "…")
			break
		}
		names = append(names, a[int64(id)])
	}
	details["files"] = "–" // only folders
	if len(names) > 0 {
		details["files"] = strings.Join(names, ", ")
	}
}
