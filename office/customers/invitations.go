package customers

import (
	"context"
	"encoding/json"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
)

// InviteMax is how many customers one run invites.
const InviteMax = 5000

// JobInvite is the job that goes through a run of invitations.
const JobInvite = "customers.invite"

// inviteBatch is how many are invited in one transaction.
const inviteBatch = 20

// The results of an invitation.
const (
	InviteWaiting   = "waiting"
	InviteMailed    = "mailed"  // on its way
	InviteSent      = "sent"    // the server took it
	InviteRefused   = "refused" // the server did not: Answer says why
	InviteNoAddress = "no_address"
	InviteHasAccess = "has_access" // somebody of the customer signs in already
	InviteNoAccess  = "no_access"  // the firm has shut the portal on each contact's card
	InvitePortalOff = "portal_off" // of its group
	InviteNotWanted = "not_wanted" // its group does not write to who has not registered
	InviteArchived  = "archived"
	InviteCancelled = "cancelled"
)

// InviteQuery is whom to invite: customers by public id, or everybody without access.
type InviteQuery struct {
	IDs []string `json:"ids"`
	All bool     `json:"all"`
}

// Invited is one customer of a run, or of a look at one before it begins: then Result is what
// would become of it, "waiting" where a mail would go.
type Invited struct {
	CustomerID string `json:"customerId"`
	Number     string `json:"number"`
	Customer   string `json:"customer"`
	Contact    string `json:"contact"`
	Email      string `json:"email"`
	Result     string `json:"result"`
	InvitedAt  string `json:"invitedAt"` // the last time before, "" = never
	MailID     string `json:"mailId"`
	Answer     string `json:"answer"` // of the mail server, where it refused: in the reader's language

	Reply outbox.Reply `json:"-"` // the same as it was stored
}

// InviteRun is a run of invitations with its results so far.
type InviteRun struct {
	ID        string    `json:"id"`
	By        string    `json:"by"`
	Total     int64     `json:"total"`
	Done      int64     `json:"done"`
	Running   bool      `json:"running"`
	Underway  bool      `json:"underway"` // some mails have not left yet
	CreatedAt string    `json:"createdAt"`
	Rows      []Invited `json:"rows"`
}

// LookInvitations tells who would get an invitation and who would not, and why. Nothing is sent.
func (s *Service) LookInvitations(ctx context.Context, who actor.Actor, in InviteQuery) (rows []Invited, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	rows = []Invited{}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		ids, err := toInvite(ctx, q, in)
		if err != nil {
			return err
		}
		for _, id := range ids {
			c, k, result, err := judgeInvite(ctx, q, id)
			if err != nil {
				return err
			}
			rows = append(rows, Invited{CustomerID: c.PublicID, Number: c.Number, Customer: c.Name, Contact: k.Name, Email: k.Email, Result: result, InvitedAt: c.InvitedAt})
		}
		return nil
	})
	return rows, err
}

// toInvite gives the public ids that are meant, each once.
func toInvite(ctx context.Context, q *gen.Queries, in InviteQuery) ([]string, error) {
	if in.All {
		return q.CustomersWithoutAccess(ctx, InviteMax)
	}
	seen, ids := map[string]bool{}, []string{}
	for _, id := range in.IDs {
		if !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	if len(ids) > InviteMax {
		return nil, fault.New(fault.Invalid, "fault.invite.too_many", "most", InviteMax)
	}
	return ids, nil
}

// judgeInvite tells what would become of one customer's invitation, and who gets it.
func judgeInvite(ctx context.Context, q *gen.Queries, publicID string) (c gen.CustomerToInviteRow, k gen.Contact, result string, err error) {
	if c, err = q.CustomerToInvite(ctx, publicID); err != nil {
		return c, k, "", db.NotFound(err)
	}
	switch {
	case c.ArchivedAt != nil:
		return c, k, InviteArchived, nil
	case c.PortalEnabled == 0:
		return c, k, InvitePortalOff, nil
	case c.WithAccess > 0:
		return c, k, InviteHasAccess, nil
	case c.InviteOthers == 0:
		return c, k, InviteNotWanted, nil
	case c.People > 0 && c.LetIn == 0:
		return c, k, InviteNoAccess, nil
	}
	if c.People == 0 && strings.Contains(c.Email, "@") { // its own address becomes its contact when its turn comes
		return c, gen.Contact{Name: c.Name, Email: c.Email, Language: c.Language}, InviteWaiting, nil
	}
	k, err = q.ContactToInvite(ctx, c.ID)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return c, gen.Contact{}, InviteNoAddress, nil
	}
	return c, k, InviteWaiting, err
}

// StartInvitations begins a run: its rows and the job that goes through them are durable
// before the first mail. The same key again gives the same run.
func (s *Service) StartInvitations(ctx context.Context, who actor.Actor, key string, in InviteQuery) (runID string, err error) {
	if err := who.Need(actor.Invite); err != nil {
		return "", err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, key, "customers.invite", in, &runID, func() error {
			ids, err := toInvite(ctx, tx.Queries, in)
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				return fault.New(fault.Invalid, "fault.invite.nobody")
			}
			runID = s.ids()
			return s.layOut(ctx, tx, who, runID, ids)
		})
	})
	return runID, err
}

func (s *Service) layOut(ctx context.Context, tx *db.Tx, who actor.Actor, publicID string, ids []string) error {
	runID, err := tx.InsertInvitationRun(ctx, gen.InsertInvitationRunParams{PublicID: publicID, ByName: who.Name, Total: int64(len(ids)), CreatedAt: tx.Stamp()})
	if err != nil {
		return err
	}
	for _, id := range ids {
		c, err := tx.CustomerByPublicID(ctx, id)
		if err != nil {
			return db.NotFound(err)
		}
		if err := tx.InsertInvitation(ctx, gen.InsertInvitationParams{RunID: runID, CustomerID: c.ID}); err != nil {
			return err
		}
	}
	if err := outbox.QueueJob(ctx, tx, outbox.Job{Key: "invite/" + publicID, Kind: JobInvite, Payload: inviteJob{Run: publicID, By: who.ID}}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "customers.invited", ObjectKind: "invitation_run", ObjectID: runID, Details: map[string]any{"customers": len(ids)}})
}

type inviteJob struct {
	Run string `json:"run"`
	By  int64  `json:"by"` // users.id of who sent them
}

// RunInvitations goes through what waits of a run: each customer's result, its link and its
// mail in one transaction, so that a run that is taken up after a crash writes to nobody
// twice. It is the handler of JobInvite.
func (s *Service) RunInvitations(ctx context.Context, payload json.RawMessage) error {
	var job inviteJob
	if err := json.Unmarshal(payload, &job); err != nil {
		return outbox.ErrFinal
	}
	for ctx.Err() == nil {
		left := false
		err := s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			run, err := tx.InvitationRunByPublicID(ctx, job.Run)
			if err != nil {
				return db.NotFound(err)
			}
			rows, err := tx.NextInvitations(ctx, gen.NextInvitationsParams{RunID: run.ID, RowLimit: inviteBatch})
			if err != nil {
				return err
			}
			by := actor.Actor{Kind: actor.Staff, ID: job.By, Name: run.ByName}
			for _, r := range rows {
				if err := s.inviteOne(ctx, tx, by, r.ID, r.PublicID); err != nil {
					return err
				}
			}
			if left = len(rows) > 0; left {
				return nil
			}
			return tx.EndInvitationRun(ctx, gen.EndInvitationRunParams{At: ptrTo(tx.Stamp()), ID: run.ID})
		})
		if err != nil || !left {
			return err
		}
	}
	return ctx.Err()
}

func ptrTo[T any](v T) *T { return &v }

// inviteOne judges again: between the look and the run somebody may have got an access. The
// customer's history names by, who sent the invitations.
func (s *Service) inviteOne(ctx context.Context, tx *db.Tx, by actor.Actor, id int64, publicID string) error {
	_, k, result, err := judgeInvite(ctx, tx.Queries, publicID)
	if err != nil {
		return err
	}
	p := gen.SetInvitationParams{ID: id, Result: result, At: ptrTo(tx.Stamp())}
	if result != InviteWaiting {
		return tx.SetInvitation(ctx, p)
	}
	if !strings.Contains(k.Email, "@") {
		p.Result = InviteNoAddress
		return tx.SetInvitation(ctx, p)
	}
	if k.ID == 0 {
		if k, err = s.itself(ctx, tx, publicID); err != nil {
			return err
		}
	}
	linkID, until, err := s.door.InviteLink(ctx, tx, k.ID)
	if err != nil {
		return err
	}
	if err := s.mailContact(ctx, tx, MailInvited, k, linkID, &until); err != nil {
		return err
	}
	mailID, err := tx.MailOfLink(ctx, &linkID)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) { // its address is none
		p.Result = InviteNoAddress
		return tx.SetInvitation(ctx, p)
	}
	if err != nil {
		return err
	}
	p.Result, p.ContactID, p.MailID = InviteMailed, &k.ID, &mailID
	if err := tx.SetInvitation(ctx, p); err != nil {
		return err
	}
	return audit.Write(ctx, tx, by, audit.Record{Action: "contact.invited", ObjectKind: "contact", ObjectID: k.ID})
}

// itself makes a customer's own address its contact, as saving its form does.
func (s *Service) itself(ctx context.Context, tx *db.Tx, publicID string) (gen.Contact, error) {
	c, err := byPublicID(ctx, tx.Queries, publicID)
	if err != nil {
		return gen.Contact{}, err
	}
	if err := s.change(ctx, tx, actor.Machine(), c); err != nil {
		return gen.Contact{}, err
	}
	k, err := tx.ContactToInvite(ctx, c.ID)
	return k, db.NotFound(err)
}

// CancelInvitations stops a run: what was mailed is mailed, what waits is cancelled.
func (s *Service) CancelInvitations(ctx context.Context, who actor.Actor, runID string) error {
	if err := who.Need(actor.Invite); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		run, err := tx.InvitationRunByPublicID(ctx, runID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.CancelInvitations(ctx, gen.CancelInvitationsParams{At: ptrTo(tx.Stamp()), RunID: run.ID})
		if err != nil || n == 0 {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "customers.invitations_cancelled", ObjectKind: "invitation_run", ObjectID: run.ID, Details: map[string]any{"customers": n}})
	})
}

// InvitationRun gives a run with its results so far; id "" = the newest one, fault.NotFound
// where there was none.
func (s *Service) InvitationRun(ctx context.Context, who actor.Actor, id string) (run InviteRun, err error) {
	if err := who.Need(actor.Look); err != nil {
		return InviteRun{}, err
	}
	run.Rows = []Invited{}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		var r gen.InvitationRun
		if id == "" {
			r, err = q.LastInvitationRun(ctx)
		} else {
			r, err = q.InvitationRunByPublicID(ctx, id)
		}
		if err != nil {
			return db.NotFound(err)
		}
		run.ID, run.By, run.Total, run.CreatedAt, run.Running = r.PublicID, r.ByName, r.Total, r.CreatedAt, r.EndedAt == nil
		rows, err := q.InvitationsOfRun(ctx, r.ID)
		for _, x := range rows {
			row := Invited{CustomerID: x.PublicID, Number: x.Number, Customer: x.Name, Result: x.Result, Contact: orEmpty(x.ContactName), Email: orEmpty(x.ContactEmail), MailID: orEmpty(x.MailPublicID)}
			if x.Result != InviteWaiting {
				run.Done++
			}
			become(&row, orEmpty(x.MailState), orEmpty(x.MailAnswer))
			run.Underway = run.Underway || row.Result == InviteMailed
			run.Rows = append(run.Rows, row)
		}
		return err
	})
	return run, err
}

// become tells what became of the mail of an invitation.
func become(row *Invited, state, answer string) {
	if row.Result != InviteMailed {
		return
	}
	switch state {
	case "sent":
		row.Result = InviteSent
	case "failed":
		row.Result, row.Reply = InviteRefused, outbox.ReplyOf(answer)
	case "cancelled":
		row.Result = InviteCancelled
	}
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
