package control

import (
	"context"

	"comptoir/core/fault"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// audit proves the log of operations: no row changed, none missing between two others.
func (c *check) audit(ctx context.Context) error {
	return c.service.db.Read(ctx, func(q *gen.Queries) error {
		var lastID int64
		previous := ""
		for {
			rows, err := q.AuditPage(ctx, gen.AuditPageParams{AfterID: lastID, RowLimit: pageSize})
			if err != nil {
				return err
			}
			for _, r := range rows {
				if r.ID != lastID+1 {
					c.add(AreaAudit, "control.audit.gap", "after", lastID, "id", r.ID)
				}
				if want := audit.Hash(previous, gen.InsertAuditParams{
					At: r.At, ActorKind: r.ActorKind, ActorID: r.ActorID, ActorName: r.ActorName, Action: r.Action, ObjectKind: r.ObjectKind, ObjectID: r.ObjectID, Details: r.Details,
				}); want != r.Hash {
					c.add(AreaAudit, "control.audit.hash", "id", r.ID, "at", c.instant(r.At))
				}
				lastID, previous = r.ID, r.Hash
			}
			c.counted(AreaAudit, len(rows))
			if len(rows) < pageSize {
				break
			}
		}
		end, err := audit.HeadBeside(ctx, q)
		switch {
		case err != nil:
			return err
		case end.Last > lastID:
			c.add(AreaAudit, "control.audit.cut", "id", end.Last, "last", lastID)
		case end.Last < lastID:
			c.add(AreaAudit, "control.audit.added", "id", lastID, "last", end.Last)
		}
		return nil
	})
}

// stored proves the files beside the database, outside of any snapshot: reading them takes
// time, and what is added meanwhile is not missed by anything.
func (c *check) stored(ctx context.Context) error {
	if c.service.files == nil {
		return nil
	}
	last := ""
	for {
		var rows []gen.ControlFilesRow
		err := c.service.db.Read(ctx, func(q *gen.Queries) (err error) {
			rows, err = q.ControlFiles(ctx, gen.ControlFilesParams{AfterSha256: last, RowLimit: pageSize})
			return err
		})
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := ctx.Err(); err != nil {
				return err
			}
			c.storedFile(r)
			last = r.Sha256
		}
		c.counted(AreaFiles, len(rows))
		if len(rows) < pageSize {
			return nil
		}
	}
}

// storedFile proves one file. One that is an attachment of a contract is named as such.
func (c *check) storedFile(r gen.ControlFilesRow) {
	size, err := c.service.files.Prove(r.Sha256)
	e, known := fault.As(err)
	var found string
	switch {
	case known && e.Key == "fault.file_missing":
		found = "missing"
	case known && e.Key == "fault.file_changed":
		found = "changed"
	case err != nil:
		found = "unreadable"
	case size != r.Size:
		found = "size"
	default:
		return
	}
	if r.Contract != "" {
		c.add(AreaFiles, "control.attachment."+found, "contract", r.Contract, "name", r.Attachment, "sha256", r.Sha256)
		return
	}
	c.add(AreaFiles, "control.files."+found, "sha256", r.Sha256)
}

// attachments proves that every attachment of a contract has what was stored for it.
func (c *check) attachments(ctx context.Context) error {
	return c.service.db.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.ControlContractFiles(ctx, pageSize)
		for _, r := range rows {
			c.add(AreaFiles, "control.attachment.version", "contract", r.Contract, "name", r.Attachment)
		}
		return err
	})
}
