package contracts

import (
	"context"
	"slices"
	"strconv"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/outbox"
)

// What is said about a contract is read by all who share it: the firm, contacts who see it, guests
// of a round. Nothing of it is changed or taken away.

// Limits of what is said.
const (
	CommentMost = 4000 // characters
	commentDay  = 20   // of one person from outside about one contract in a day: nobody floods the firm, or silences the others
)

// Comments gives what was said about a contract, oldest first, to the firm.
func (s *Service) Comments(ctx context.Context, who actor.Actor, contractID string) (list []Comment, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := byPublicID(ctx, q, contractID)
		if err != nil {
			return err
		}
		list, err = commentsOf(ctx, q, who, c.ID)
		return err
	})
	return list, err
}

// PortalComments gives what was said about a contract, oldest first, to who shares it. Who stands
// before the firm's screen to sign one turn reads none of it.
func (s *Service) PortalComments(ctx context.Context, who actor.Actor, contractID string) (list []Comment, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := SeenBy(ctx, q, s.DB.Now(), who, contractID)
		if err != nil || who.Turn != "" {
			return err
		}
		list, err = commentsOf(ctx, q, who, c.ID)
		return err
	})
	return list, err
}

func commentsOf(ctx context.Context, q *gen.Queries, who actor.Actor, contractID int64) ([]Comment, error) {
	rows, err := q.CommentsOfContract(ctx, contractID) // newest first
	slices.Reverse(rows)
	list := make([]Comment, 0, len(rows))
	for _, r := range rows {
		list = append(list, commentOf(r, who))
	}
	return list, err
}

func commentOf(r gen.ContractComment, who actor.Actor) Comment {
	c := Comment{ID: r.PublicID, At: r.CreatedAt, Author: r.AuthorName, Side: SideFirm, Body: r.Body}
	is := func(id *int64, kind actor.Kind) bool { return id != nil && who.Kind == kind && *id == who.ID }
	switch {
	case r.ContactID != nil:
		c.Side = SideCustomer
	case r.GuestID != nil:
		c.Side = SideGuest
	}
	c.Mine = is(r.UserID, actor.Staff) || is(r.ContactID, actor.Contact) || is(r.GuestID, actor.Guest)
	return c
}

// check cleans what is said.
func (w *CommentWish) check() error {
	w.Body = text.Clean(w.Body)
	var form fault.Form
	form.Need("text", w.Body)
	form.MaxLen("text", w.Body, CommentMost)
	return form.Err()
}

// Comment says something about a contract in the firm's name; those who share it and see it are
// told by mail.
func (s *Service) Comment(ctx context.Context, who actor.Actor, in CommentWish) (c Comment, err error) {
	if err := who.Need(actor.Contracting); err != nil {
		return Comment{}, err
	}
	if err := in.check(); err != nil {
		return Comment{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := byPublicID(ctx, tx.Queries, in.ContractID)
		if err != nil {
			return err
		}
		p := gen.InsertContractCommentParams{}
		if who.Kind == actor.Staff && who.ID != 0 {
			p.UserID = &who.ID
		}
		c, err = s.comment(ctx, tx, who, in, row, p, s.tellOutside)
		return err
	})
	return c, err
}

// PortalComment says something about a contract from outside; the firm is told. Nobody says
// anything in somebody else's place, nor before the firm's screen.
func (s *Service) PortalComment(ctx context.Context, who actor.Actor, in CommentWish) (c Comment, err error) {
	if who.Kind == actor.Contact {
		if err := who.NeedSelf(actor.TrustLink); err != nil {
			return Comment{}, err
		}
	}
	if who.Beside() {
		return Comment{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	if err := in.check(); err != nil {
		return Comment{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := SeenBy(ctx, tx.Queries, tx.Now, who, in.ContractID)
		if err != nil {
			return err
		}
		p := gen.InsertContractCommentParams{}
		if p.ContactID = &who.ID; who.Kind == actor.Guest {
			p.ContactID, p.GuestID = nil, &who.ID
		}
		c, err = s.comment(ctx, tx, who, in, row, p, s.tellFirm)
		return err
	})
	return c, err
}

// comment writes what is said, once for its key.
func (s *Service) comment(ctx context.Context, tx *db.Tx, who actor.Actor, in CommentWish, row gen.Contract, p gen.InsertContractCommentParams, tell func(context.Context, *db.Tx, gen.Contract, gen.ContractComment) error) (Comment, error) {
	var id int64
	if err := audit.Once(ctx, tx, in.Key, "contract.comment", in, &id, func() (err error) {
		if p.UserID == nil && who.Kind != actor.System && who.Kind != actor.CommandLine {
			n, err := tx.CountOutsideComments(ctx, gen.CountOutsideCommentsParams{ContractID: row.ID, ContactID: p.ContactID, GuestID: p.GuestID, Since: db.Stamp(tx.Now.Add(-24 * time.Hour))})
			if err != nil {
				return err
			}
			if n >= commentDay {
				return fault.New(fault.TooMany, "fault.contracts.comments_many")
			}
		}
		p.PublicID, p.ContractID, p.AuthorName, p.Body, p.CreatedAt = s.IDs(), row.ID, who.Name, in.Body, tx.Stamp()
		if id, err = tx.InsertContractComment(ctx, p); err != nil {
			return err
		}
		said, err := tx.ContractCommentByID(ctx, id)
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed(topic, "notifications", "mails") })
		if err := audit.Write(ctx, tx, who, audit.Record{Action: "contract.commented", ObjectKind: "contract", ObjectID: row.ID, Details: map[string]any{"comment": id}}); err != nil {
			return err
		}
		return tell(ctx, tx, row, said)
	}); err != nil {
		return Comment{}, err
	}
	said, err := tx.ContractCommentByID(ctx, id)
	return commentOf(said, who), db.NotFound(err)
}

// tellFirm tells the firm what somebody outside said.
func (s *Service) tellFirm(ctx context.Context, tx *db.Tx, c gen.Contract, said gen.ContractComment) error {
	page, err := tx.ContractPage(ctx, c.ID)
	if err != nil {
		return db.NotFound(err)
	}
	if err := audit.Notify(ctx, tx, "contract_comment", map[string]any{"number": c.Number, "by": said.AuthorName, "customer": page.CustomerName}, objectKind, c.PublicID); err != nil {
		return err
	}
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil || firm.Email == "" {
		return err
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: "contract-commented/" + said.PublicID, Kind: outbox.ContractCommented, Lang: firm.Language, ToAddress: firm.Email, ToName: firm.Name, CustomerID: c.CustomerID, ContractID: c.ID,
		Args: map[string]string{"number": c.Number, "title": c.Title, "customer": page.CustomerName, "by": said.AuthorName, "text": said.Body}})
	return err
}

// tellOutside tells those who share a contract by name, and see it, what the firm said.
func (s *Service) tellOutside(ctx context.Context, tx *db.Tx, c gen.Contract, said gen.ContractComment) error {
	if c.InPortal == 0 {
		return nil
	}
	mail := func(lang, to, name string, m outbox.Mail) error {
		if to == "" {
			return nil
		}
		m.Key, m.Kind, m.Lang, m.ToAddress, m.ToName, m.ContractID = "contract-comment/"+said.PublicID+"/"+strconv.FormatInt(m.ContactID, 10)+"/"+strconv.FormatInt(m.GuestID, 10), outbox.ContractComment, lang, to, name, c.ID
		args := map[string]string{"number": c.Number, "title": c.Title, "by": said.AuthorName, "text": said.Body}
		if m.Args != nil {
			args["guest"] = m.Args["guest"]
		}
		m.Args = args
		_, err := outbox.QueueMail(ctx, tx, s.IDs, m)
		if fault.Is(err, fault.Invalid) { // an address that is none
			return nil
		}
		return err
	}
	contacts, err := tx.ContractAudience(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, k := range contacts {
		link, err := s.IssueLink(ctx, tx, k.ID, c.ID)
		if err != nil {
			return err
		}
		if err := mail(k.Language, k.Email, k.Name, outbox.Mail{CustomerID: c.CustomerID, ContactID: k.ID, LinkID: link}); err != nil {
			return err
		}
	}
	guests, err := tx.ContractGuestAudience(ctx, gen.ContractGuestAudienceParams{ContractID: c.ID, Now: tx.Stamp()})
	if err != nil {
		return err
	}
	for _, g := range guests {
		if err := mail(g.Language, g.Email, g.Name, outbox.Mail{GuestID: g.ID, Args: map[string]string{"guest": g.PublicID}}); err != nil {
			return err
		}
	}
	return nil
}
