package registration

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
)

// JobOnFile is the kind of the jobs that look whether the firm is to be told of a registration.
// One is queued for every code that is mailed, whoever it goes to: the answer to a visitor takes
// no longer for somebody on file.
const JobOnFile = "signup_on_file"

type onFile struct {
	Registration string `json:"registration"` // public id
	What         string `json:"what"`
}

// RunOnFile tells the firm that somebody on file without an access would subscribe. It is the
// handler of JobOnFile; a repeat tells nothing twice.
func (s *Service) RunOnFile(ctx context.Context, payload json.RawMessage) error {
	var job onFile
	if err := json.Unmarshal(payload, &job); err != nil {
		return errors.Join(outbox.ErrFinal, err)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		email, err := tx.RegistrationEmail(ctx, job.Registration)
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) { // its time is over
			return nil
		}
		if err != nil {
			return err
		}
		k, err := s.known(ctx, tx, email)
		if err != nil || k == nil || k.LetIn == 1 {
			return err
		}
		return s.asksAccess(ctx, tx, k, job.What)
	})
}

// asksAccess tells the firm, once a day, that somebody on file would subscribe and has no access.
func (s *Service) asksAccess(ctx context.Context, tx *db.Tx, k *gen.KnownByEmailRow, what string) error {
	const kind = "signup_on_file"
	stands, err := tx.NoticeStands(ctx, gen.NoticeStandsParams{Kind: kind, ObjectKind: "customer", ObjectID: k.CustomerPublicID, Since: db.Stamp(tx.Now.Add(-24 * time.Hour))})
	if err != nil || stands {
		return err
	}
	tx.AfterCommit(func() { s.Changed("notifications") })
	return audit.Notify(ctx, tx, kind, map[string]any{"customer": k.CustomerName, "contact": k.Name, "plan": what}, "customer", k.CustomerPublicID)
}
