package notices

import (
	"context"
	"encoding/json"
	"fmt"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/outbox"
)

// JobMail writes the mails of an announcement once it has begun.
const JobMail = "announcement_mail"

type mailJob struct {
	ID string `json:"id"`
}

// queueMail has the mails of an announcement written when it begins. They go out once.
func (s *Service) queueMail(ctx context.Context, tx *db.Tx, publicID string) error {
	row, err := tx.NoticeByPublicID(ctx, publicID)
	if err != nil || row.ByMail == 0 || row.MailedAt != nil {
		return db.NotFound(err)
	}
	f, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return err
	}
	at := begins(tx.Now, row.StartsOn, f.Location())
	return outbox.QueueJob(ctx, tx, outbox.Job{Key: fmt.Sprintf("%s/%s/%d", JobMail, publicID, row.Version), Kind: JobMail, Payload: mailJob{ID: publicID}, RunAt: at})
}

// audiencePage is how many contacts are read at a time.
const audiencePage = 500

// RunMail is the job: one mail to each contact the announcement is for, in its language. An
// announcement that was withdrawn meanwhile, put off or mailed already sends nothing.
func (s *Service) RunMail(ctx context.Context, payload json.RawMessage) error {
	var job mailJob
	if err := json.Unmarshal(payload, &job); err != nil {
		return fmt.Errorf("notices: job: %w", err)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, id, err := s.read(ctx, tx.Queries, job.ID)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil || a.State != Shown || !a.ByMail {
			return err
		}
		at := tx.Stamp()
		n, err := tx.SetNoticeMailed(ctx, gen.SetNoticeMailedParams{ID: id, MailedAt: &at})
		if err != nil || n == 0 {
			return err
		}
		for after := int64(0); ; {
			people, err := tx.NoticeAudience(ctx, gen.NoticeAudienceParams{NoticeID: id, AfterID: after, RowLimit: audiencePage})
			if err != nil {
				return err
			}
			for _, k := range people {
				after = k.ID
				if err := s.mail(ctx, tx, a, k); err != nil {
					return err
				}
			}
			if len(people) < audiencePage {
				return nil
			}
		}
	})
}

func (s *Service) mail(ctx context.Context, tx *db.Tx, a Announcement, k gen.NoticeAudienceRow) error {
	if k.Email == "" {
		return nil
	}
	m := outbox.Mail{Key: "announcement/" + a.PublicID + "/" + k.PublicID, Kind: outbox.Announcement, Lang: k.Language, ToAddress: k.Email, ToName: k.Name, CustomerID: k.CustomerID, ContactID: k.ID,
		Args: map[string]string{"title": in(k.Language, a.TitleFR, a.TitleEN)}}
	if body := in(k.Language, a.BodyFR, a.BodyEN); body != "" {
		m.Args["message"] = body
	}
	var err error
	if s.IssueLink != nil {
		if m.LinkID, err = s.IssueLink(ctx, tx, k.ID); err != nil {
			return err
		}
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
	return err
}
